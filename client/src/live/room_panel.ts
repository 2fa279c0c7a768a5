// How the meeting goes: whether it is quorate, where the chair is, the timer, what was agreed, and the decisions read back.
// Calm: it says what there is, and takes nobody's focus.
import { type RoomNow, seated } from "../record/meeting.ts";
import { here, missing } from "../record/quorum.ts";
import { attendanceOf } from "../record/weave.ts";
import { clock, dayInWords } from "./dates.ts";
import { h, setText } from "./element.ts";
import { ReadBackPanel } from "./read_back_panel.ts";
import { type Room, partsOf } from "./room.ts";
import { RunningForm } from "./running_form.ts";
import { Refused, send } from "./server.ts";

const TICK_MS = 1_000;

export interface Places {
  /** Every place of the page by its key, with its heading. */
  headings: ReadonlyMap<string, string>;
  /** Goes there because the reader asked to. */
  go: (key: string) => void;
  /** Brings it on the screen and leaves the focus alone; not while the reader writes. */
  follow: (key: string) => void;
  agreed: (section: string, words: string) => void;
}

export class RoomPanel {
  readonly element = h("section", { class: "beside__box room-now", "aria-label": "How the meeting goes" });
  readonly #room: Room;
  readonly #places: Places;
  readonly #quorum = h("p", { class: "room-now__quorum" });
  readonly #without = h("p", { class: "room-now__without", dir: "auto" });
  readonly #place = h("p", { class: "room-now__place", hidden: true });
  readonly #link = h("a", { class: "govuk-link", href: "#" });
  readonly #follow = h("input", { type: "checkbox", class: "govuk-checkboxes__input", id: "follow-the-chair" });
  readonly #following = h(
    "div",
    { class: "govuk-checkboxes govuk-checkboxes--small", hidden: true },
    h("div", { class: "govuk-checkboxes__item" }, this.#follow, h("label", { class: "govuk-label govuk-checkboxes__label", for: "follow-the-chair" }, "Go with the chair while I am not writing")),
  );
  readonly #timer = h("p", { class: "room-now__timer", hidden: true });
  readonly #readBack: ReadBackPanel;
  readonly #changed: () => Promise<void>;
  #running: RunningForm | undefined;
  #now: RoomNow | undefined;
  #missing: string | undefined;
  /** How far the server's clock is ahead of mine. */
  #ahead = 0;
  #rang: string | null = null;

  constructor(room: Room, places: Places, changed: () => Promise<void>) {
    this.#room = room;
    this.#places = places;
    this.#changed = changed;
    this.#readBack = new ReadBackPanel(room, (...what) => this.#do(...what));
    this.#place.append("The chair is at: ", this.#link);
    this.element.append(this.#quorum, this.#without, this.#place, this.#following, this.#timer, this.#readBack.element);
    this.#link.addEventListener("click", (event) => {
      event.preventDefault();
      if (this.#now !== undefined) places.go(this.#now.spotlight);
    });
    setInterval(() => this.#tick(), TICK_MS);
    this.attendanceChanged();
  }

  show(now: RoomNow): void {
    const before = this.#now;
    this.#now = now;
    this.#ahead = new Date(now.now).getTime() - Date.now();
    if (now.may_run && this.#running === undefined) {
      this.#running = new RunningForm(this.#room, this.#places.headings, (...what) => this.#do(...what));
      this.element.append(this.#running.element);
    }
    this.#running?.show(now);
    this.#readBack.show(now);
    this.#showPlace(now, before);
    for (const [key] of this.#places.headings) {
      const agreed = now.agreed.find(({ section }) => section === key);
      this.#places.agreed(key, agreed === undefined ? "" : `Agreed in the meeting at ${clock(new Date(agreed.at))}`);
    }
    this.attendanceChanged();
    this.#tick();
  }

  /** Somebody came or left. */
  attendanceChanged(): void {
    const { meeting, announcer } = this.#room;
    const rule = meeting.quorum;
    this.#quorum.hidden = rule === null;
    if (rule === null) return;
    const lacking = missing(rule, here(seated(meeting), attendanceOf(partsOf(this.#room))));
    const words = lacking.length === 0 ? "The meeting is quorate." : `Not quorate: ${lacking.join(", ")}.`;
    setText(this.#quorum, words);
    this.#quorum.classList.toggle("room-now__quorum--missing", lacking.length > 0);
    if (this.#missing !== undefined && this.#missing !== words) announcer.say(words);
    this.#missing = words;
    const without = lacking.length === 0 ? null : (this.#now?.without_quorum ?? null);
    this.#without.hidden = without === null;
    const course = without?.course === "interim_plan" ? `An interim plan is made; the meeting is held again on ${dayInWords(without.reset_on)}.` : "The chair goes on without a quorum.";
    setText(this.#without, without === null ? "" : `${course} Why: ${without.reason}`);
    this.#running?.lacking(lacking.length > 0);
  }

  #showPlace(now: RoomNow, before: RoomNow | undefined): void {
    const heading = this.#places.headings.get(now.spotlight);
    const asked = heading !== undefined && !now.may_run;
    this.#place.hidden = !asked;
    this.#following.hidden = !asked;
    if (!asked) return;
    setText(this.#link, heading);
    this.#link.href = `#sheet-${now.spotlight}`;
    if (before?.spotlight === now.spotlight) return;
    if (before !== undefined) this.#room.announcer.say(`The chair is at: ${heading}`);
    if (this.#follow.checked) this.#places.follow(now.spotlight);
  }

  #tick(): void {
    const ends = this.#now?.timer_ends_at ?? null;
    this.#timer.hidden = ends === null;
    if (ends === null) return;
    const left = Math.ceil((new Date(ends).getTime() - Date.now() - this.#ahead) / 1000);
    if (left > 0) {
      setText(this.#timer, left > 60 ? `Time for this item: ${Math.ceil(left / 60)} minutes left` : "Time for this item: less than a minute left");
      return;
    }
    setText(this.#timer, "The time for this item is over.");
    // Who opens the page later has not waited for it.
    if (this.#rang !== ends && left > -60) this.#room.announcer.say("The time for this item is over.");
    this.#rang = ends;
  }

  /** Does it; gives what is wrong, or nothing. */
  async #do(method: "POST" | "PUT", path: string, body?: unknown): Promise<string> {
    try {
      await send(method, `/api/v1/meetings/${this.#room.meeting.meeting.id}/room${path}`, body);
    } catch (error) {
      if (error instanceof Refused) return error.message;
      throw error;
    }
    await this.#changed();
    return "";
  }
}

export type Do = (method: "POST" | "PUT", path: string, body?: unknown) => Promise<string>;
