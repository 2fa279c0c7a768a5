// The live page: puts the components together, and shows what the session hears, in batches, once a frame.
import type { Patch } from "@automerge/automerge/slim";
import { type Meeting, type PartReference, mainPart, nameOf } from "../record/meeting.ts";
import { type Touched, note, nothing } from "../record/touched.ts";
import { type Hold, Session, type SessionListener } from "../sync/session.ts";
import { standingAt } from "../sync/standing.ts";
import type { LostText } from "../sync/unsaved.ts";
import { Announcer } from "./announcer.ts";
import { ATTENDANCE, AttendanceSheet } from "./attendance_sheet.ts";
import { Beside } from "./beside.ts";
import { DECISIONS, DecisionsSheet } from "./decisions_sheet.ts";
import { Drafts } from "./drafts.ts";
import { h, keepStill, setWritable } from "./element.ts";
import { Layout } from "./layout.ts";
import { type Notice, Panel, type RescuedText } from "./panel.ts";
import { PLAN, PlanSheet } from "./plan_sheet.ts";
import { Presence, type Writer } from "./presence.ts";
import type { Room } from "./room.ts";
import type { Places } from "./room_panel.ts";
import { Roster } from "./roster.ts";
import { SectionSheet } from "./section_sheet.ts";
import type { Sheet } from "./sheet.ts";
import { StatusBar } from "./status_bar.ts";

const FORGET_EVERY_MS = 1_000;
/** Long enough for what was just typed to be stored; after that the browser asks whether to leave all the same. */
const LEAVE_AFTER_MS = 3_000;

export class LivePage implements SessionListener {
  readonly #room: Room;
  readonly #session: Session;
  readonly #presence: Presence;
  readonly #announcer = new Announcer();
  readonly #panel = new Panel();
  readonly #drafts = new Drafts();
  readonly #attendance: AttendanceSheet;
  readonly #sections: SectionSheet[];
  readonly #sheets: Sheet[];
  readonly #headings: Map<string, string>;
  readonly #roster: Roster;
  readonly #bar: StatusBar;
  readonly #beside: Beside;
  readonly #layout: Layout;
  readonly #work = h("div", { class: "live__sheets" });
  #touched: Touched = nothing();
  #frame: number | undefined;
  #held: Session["hold"];
  #leave: (() => void) | undefined;
  #shownWriters = new Map<string, string>();

  constructor(root: HTMLElement, meeting: Meeting, url: string) {
    this.#session = new Session(meeting, url, () => standingAt(window.location.pathname + window.location.search), this);
    this.#presence = new Presence(
      (document, body) => this.#session.whisper(document, body),
      (stopped) => this.#writersChanged(stopped),
    );
    this.#room = {
      meeting,
      session: this.#session,
      presence: this.#presence,
      announcer: this.#announcer,
      connected: new Set(),
      chosenPart: mainPart(meeting).id,
      focused: undefined,
    };
    this.#attendance = new AttendanceSheet(this.#room);
    this.#sections = meeting.sections.map((rule) => new SectionSheet(this.#room, rule));
    const decisions = new DecisionsSheet(this.#room);
    const plan = new PlanSheet(this.#room);
    this.#sheets = [this.#attendance, ...this.#sections, decisions, plan];
    this.#headings = new Map(this.#sheets.map(({ key, heading }) => [key, heading]));
    for (const holder of [...this.#sections.map(({ box }) => box), decisions, plan]) if (holder !== undefined) this.#drafts.add(holder);
    this.#roster = new Roster(this.#room, (href) => this.#leaveWhenSaved(href));
    this.#bar = new StatusBar(this.#room, this.#headings, (href) => this.#leaveWhenSaved(href));
    this.#beside = new Beside(this.#room, this.#places(), (parts) => this.#takeParts(parts));
    this.#bar.element.append(this.#beside.strip);
    this.#drafts.add(this.#beside);
    this.#work.append(...this.#sheets.map(({ element }) => element));
    this.#layout = new Layout(root, {
      bar: this.#bar.element,
      panel: h("div", {}, this.#panel.element, this.#beside.element),
      roster: this.#roster.element,
      work: this.#work,
      announcer: this.#announcer.element,
      sheets: this.#sheets,
      history: meeting.history_url,
      leave: (href) => this.#leaveWhenSaved(href),
      first: meeting.may.attendance ? ATTENDANCE : (meeting.sections[0]?.key ?? ATTENDANCE),
      shown: (sheet) => {
        if (sheet instanceof SectionSheet) sheet.box?.refresh();
      },
    });
    this.#hold();
    this.#listen();
  }

  changed(document: string, whose: "mine" | "theirs", patches: readonly Patch[] | undefined): void {
    if (patches === undefined) this.#touched.all = true;
    else {
      if (whose === "theirs") {
        this.#room.focused?.hear(document, patches);
        this.#news(patches);
      }
      note(this.#touched, patches);
    }
    this.#soon();
  }

  stateChanged(): void {
    this.#soon();
  }

  roster(people: readonly string[]): void {
    this.#room.connected = new Set(people);
    this.#touched.attendance.add("");
    this.#soon();
  }

  whispered(person: string, body: unknown): void {
    if (person !== this.#room.meeting.me.id) this.#presence.heard(person, body, Date.now());
  }

  refused(reason: string, lost: readonly LostText[]): void {
    this.#draw();
    this.#panel.show({
      heading: "This could not be added to the record",
      words: `${sentence(reason)} ${lost.length > 0 ? "Your words are below: copy them, or add them again." : ""}`.trim(),
      rescued: lost.map((text) => this.#rescued(text)),
    });
  }

  beside(): void {
    void this.#beside?.ask();
  }

  commit(): void {
    this.#room.focused?.update();
  }

  /** A closed session was opened or ended, or I came into one or left it. */
  #takeParts(parts: readonly PartReference[]): void {
    this.#session.takeParts(parts);
    if (!this.#room.meeting.documents.some(({ id }) => id === this.#room.chosenPart)) this.#room.chosenPart = mainPart(this.#room.meeting).id;
    for (const { box } of this.#sections) box?.partsChanged();
    this.#touched.all = true;
    this.#soon();
  }

  #places(): Places {
    return {
      headings: this.#headings,
      go: (key) => this.#layout.show(key),
      follow: (key) => {
        if (!isWriting()) this.#layout.follow(key);
      },
      agreed: (section, words) => this.#sections.find(({ key }) => key === section)?.agreed(words),
    };
  }

  #listen(): void {
    window.addEventListener("online", () => this.#session.networkIsBack());
    // A phone that was asleep has lost its connection, and waits no longer when it is looked at.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#session.networkIsBack();
    });
    window.addEventListener("offline", () => this.#session.networkIsGone());
    window.addEventListener("beforeunload", (event) => {
      this.commit();
      if (this.#panel.holdsText || (!this.#isOver() && (this.#session.hasUnsaved || this.#drafts.all.length > 0))) event.preventDefault();
    });
    setInterval(() => this.#presence.forget(Date.now()), FORGET_EVERY_MS);
  }

  /** What was typed a moment ago is on its way: no reason to be asked whether to lose it. */
  #leaveWhenSaved(href: string): void {
    this.commit();
    const go = () => {
      clearTimeout(late);
      this.#leave = undefined;
      window.location.assign(href);
    };
    const late = setTimeout(go, LEAVE_AFTER_MS);
    this.#leave = () => {
      if (!this.#session.hasUnsaved) go();
    };
    this.#leave();
  }

  #soon(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const touched = this.#touched;
    this.#touched = nothing();
    keepStill(() => {
      for (const sheet of this.#sheets) sheet.update(touched);
      if (touched.all || touched.attendance.size > 0) {
        this.#roster.update();
        this.#beside.attendanceChanged();
      }
    });
    this.#hold();
    this.#layout.update(this.#roster.count);
    this.#bar.update();
    this.#leave?.();
  }

  /** What may be written now, and what must be said when that changes. */
  #hold(): void {
    const { hold } = this.#session;
    if (hold === this.#held && this.#bar.element.isConnected && hold !== "opening") return;
    const before = this.#held;
    this.#held = hold;
    setWritable(this.#work, this.#session.writable);
    this.#attendance.connectedChanged();
    const over = this.#isOver();
    this.#work.classList.toggle("live__sheets--over", over);
    this.#bar.element.classList.toggle("live--over", over);
    if (hold !== before && isEnd(hold)) this.#end(hold);
  }

  /** Nothing more can be written here, whatever happens; what was not saved is in the panel. */
  #isOver(): boolean {
    return isEnd(this.#session.hold);
  }

  #end(hold: End): void {
    const rescued = [
      ...this.#session.unsavedTexts.map((text) => this.#rescued(text)),
      ...this.#drafts.all,
    ].map(({ where, text }) => ({ where, text }));
    this.#beside.close();
    // Only those who may still read it keep the record before their eyes.
    if (hold !== "locked") this.#layout.close();
    const here = window.location.pathname;
    const ends: Record<End, Omit<Notice, "rescued">> = {
      locked: {
        heading: "The record is locked",
        words: "The chair has closed it. Nobody can change it now.",
        link: { href: this.#session.recordUrl, words: "Read the signed copy" },
      },
      signed_out: {
        heading: "You have been signed out",
        words: "Sign in to go on writing.",
        link: { href: here, words: "Sign in again" },
      },
      not_allowed: {
        heading: "You are no longer at this meeting",
        words: "Your seat was taken away or changed. What you wrote, and was saved, stays in the record. Ask the chair if this is wrong.",
      },
      role_changed: {
        heading: "Your role at this meeting has changed",
        words: "What you may read and write is different now. Open the meeting again to go on.",
        link: { href: here, words: "Open the meeting again" },
      },
    };
    this.#panel.show({ ...ends[hold], rescued, rescuedHeading: "These words of yours are not in the record" });
  }

  #rescued({ path, text }: LostText): RescuedText {
    const [table, key] = path;
    const section = table === "sections" ? this.#sections.find((sheet) => sheet.key === key) : undefined;
    const named: Record<string, string> = { decisions: "Decisions", views: "Decisions", actions: "The plan", attendance: "Who is here" };
    const where = section?.heading ?? named[table ?? ""] ?? "The record";
    if (section?.box === undefined) return { where, text };
    const { box } = section;
    return {
      where,
      text,
      addAgain: () => {
        this.#layout.show(section.key);
        box.offer(text);
      },
    };
  }

  /** Rows that others have just made. */
  #news(patches: readonly Patch[]): void {
    for (const { action, path } of patches) {
      const key = action === "put" ? sheetOfNewRow(path.map(String)) : undefined;
      if (key === undefined) continue;
      this.#layout.fresh(key);
      this.#announcer.tell(`New in ${this.#headings.get(key) ?? "the record"}`);
    }
  }

  #writersChanged(stopped: readonly Writer[]): void {
    for (const { person, sheet } of stopped) {
      this.#announcer.tell(`${nameOf(this.#room.meeting, person)} wrote in ${this.#headings.get(sheet) ?? "the record"}`);
    }
    const { writers } = this.#presence;
    this.#bar.writing(writers);
    const byRow = groupByRow(writers);
    for (const [place, sheet] of this.#shownWriters) if (!byRow.has(place)) this.#sheetOf(sheet)?.writing(place.slice(sheet.length + 1), []);
    this.#shownWriters = new Map();
    for (const [place, group] of byRow) {
      const [first] = group;
      if (first === undefined) continue;
      this.#shownWriters.set(place, first.sheet);
      this.#sheetOf(first.sheet)?.writing(first.row, group.map(({ person }) => nameOf(this.#room.meeting, person)));
    }
  }

  #sheetOf(key: string): Sheet | undefined {
    return this.#sheets.find((sheet) => sheet.key === key);
  }
}

/** Somebody at a field is not to be taken elsewhere. */
function isWriting(): boolean {
  return document.activeElement?.matches("textarea, input, select") === true;
}

type End = "locked" | "signed_out" | "not_allowed" | "role_changed";

function isEnd(hold: Hold | undefined): hold is End {
  return hold === "locked" || hold === "signed_out" || hold === "not_allowed" || hold === "role_changed";
}

function groupByRow(writers: readonly Writer[]): Map<string, Writer[]> {
  const groups = new Map<string, Writer[]>();
  for (const writer of writers) {
    const place = `${writer.sheet}/${writer.row}`;
    groups.set(place, [...(groups.get(place) ?? []), writer]);
  }
  return groups;
}

/** The sheet that a row made at `path` is shown on. */
function sheetOfNewRow(path: readonly string[]): string | undefined {
  const [table, section] = path;
  if (table === "sections" && path.length === 4) return section;
  if (path.length !== 2) return undefined;
  return table === "decisions" ? DECISIONS : table === "actions" ? PLAN : undefined;
}

function sentence(reason: string): string {
  const text = reason.trim();
  if (text === "") return "";
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/u.test(text) ? "" : ".");
}
