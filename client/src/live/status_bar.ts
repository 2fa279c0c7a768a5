// The bar that never leaves the screen: live or not, which meeting, whether every word is saved, who is writing where.
import { nameOf } from "../record/meeting.ts";
import { savedInWords, type Saved } from "../sync/saved.ts";
import type { Hold } from "../sync/session.ts";
import { instantInWords } from "./dates.ts";
import { buttonLink, h, leavingBy, setText } from "./element.ts";
import type { Writer } from "./presence.ts";
import type { Room } from "./room.ts";

const HELD: Record<Hold, string> = {
  opening: "Opening the record…",
  locking: "The chair is closing the record…",
  locked: "The record is locked.",
  signed_out: "You have been signed out.",
  not_allowed: "You are no longer at this meeting.",
  role_changed: "Your role has changed.",
  cloning: "Fetching the record again…",
};

const TROUBLE: ReadonlySet<Saved["kind"]> = new Set(["away", "unsaved", "not_storing"]);

export class StatusBar {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #headings: ReadonlyMap<string, string>;
  readonly #live = h("strong", { class: "govuk-tag live__tag" });
  readonly #saved = h("span", { class: "saved" });
  readonly #short = h("b", { class: "saved__short" });
  readonly #detail = h("span", { class: "saved__detail" });
  readonly #writing = h("span", { class: "live__writing", "aria-hidden": "true" });
  #trouble = "";

  /** `leave` goes to a page, once everything is saved. */
  constructor(room: Room, headings: ReadonlyMap<string, string>, leave: (href: string) => void) {
    this.#room = room;
    this.#headings = headings;
    const { meeting, may, review_url } = room.meeting;
    this.#saved.append(this.#short, " ", this.#detail);
    this.element = h(
      "div",
      { class: "live__bar" },
      h(
        "div",
        { class: "live__bar-inner" },
        h(
          "div",
          { class: "live__meeting" },
          this.#live,
          h("h1", { class: "live__title" }, meeting.title || meeting.kind_name),
          h("span", { class: "live__when" }, instantInWords(meeting.starts_at)),
        ),
        h("div", { class: "live__state" }, this.#saved, this.#writing),
        may.lock && leavingBy(buttonLink("live__review", review_url, "Review and lock"), leave),
      ),
    );
  }

  update(): void {
    const { hold, saved } = this.#room.session;
    const live = hold === undefined || hold === "opening" || hold === "cloning";
    setText(this.#live, live ? "Live" : hold === "locking" ? "Closing" : hold === "locked" ? "Locked" : "Stopped");
    this.#live.className = `govuk-tag live__tag ${live ? "govuk-tag--red" : "govuk-tag--grey"}`;
    const { short, detail } = savedInWords(saved);
    const held = hold === undefined || (hold === "opening" && TROUBLE.has(saved.kind)) ? undefined : HELD[hold];
    setText(this.#short, held ?? (saved.kind === "saved" ? `✓ ${short}` : short));
    setText(this.#detail, held === undefined ? detail : "");
    this.#saved.className = `saved saved--${held === undefined ? saved.kind : "held"}`;
    this.#speak(held, saved, `${short} ${detail}`.trim());
  }

  /** Who is writing where, calmly: one line, whatever happens. */
  writing(writers: readonly Writer[]): void {
    const people = [...new Set(writers.map(({ person }) => person))];
    const [first, second] = writers;
    const name = (writer: Writer) => nameOf(this.#room.meeting, writer.person);
    const where = (writer: Writer) => this.#headings.get(writer.sheet) ?? "the record";
    if (first === undefined) setText(this.#writing, "");
    else if (people.length > 2) setText(this.#writing, `${people.length} people are writing`);
    else if (second === undefined || people.length === 1) setText(this.#writing, `${name(first)} is writing in ${where(first)}`);
    else if (first.sheet === second.sheet) setText(this.#writing, `${name(first)} and ${name(second)} are writing in ${where(first)}`);
    else setText(this.#writing, `${name(first)} and ${name(second)} are writing`);
  }

  /** Says aloud what is wrong, and that it is right again; never each "Saving". */
  #speak(held: string | undefined, saved: Saved, inWords: string): void {
    const { announcer } = this.#room;
    const trouble = held ?? (TROUBLE.has(saved.kind) ? inWords : "");
    const kind = held ?? (TROUBLE.has(saved.kind) ? saved.kind : "");
    if (kind === this.#trouble) return;
    if (trouble !== "") announcer.say(trouble);
    else if (saved.kind === "saved" && this.#trouble !== HELD.opening) announcer.say("Every word is saved.");
    else if (saved.kind === "saving") return;
    this.#trouble = kind;
  }
}
