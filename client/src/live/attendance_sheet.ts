// Who is here: a row for every seat. The chair and the minute taker mark it; everyone reads it.
import { type ScalarField, setScalar } from "../record/changes.ts";
import { type Seat, mainPart, standing } from "../record/meeting.ts";
import { inWords, words } from "../record/schema.ts";
import type { Touched } from "../record/touched.ts";
import { type Attendance, attendanceOf } from "../record/weave.ts";
import { clock } from "./dates.ts";
import { h, setText } from "./element.ts";
import { choices, inputField, onChosen, selectField, showValue } from "./fields.ts";
import { LabelledText } from "./labelled_text.ts";
import { type Room, partsOf } from "./room.ts";
import { type Sheet, sheetFrame } from "./sheet.ts";

export const ATTENDANCE = "attendance";

interface PersonRow {
  element: HTMLElement;
  show: (row: Attendance | undefined) => void;
  writing: (names: readonly string[]) => void;
}

export class AttendanceSheet implements Sheet {
  readonly key = ATTENDANCE;
  readonly heading = "Who is here";
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly #room: Room;
  readonly #rows = new Map<string, PersonRow>();
  readonly #markAll: HTMLButtonElement | undefined;
  #now = new Map<string, Attendance>();

  constructor(room: Room) {
    this.#room = room;
    const frame = sheetFrame(this.key, this.heading, "Everyone with a seat at this meeting, and whether they came.");
    this.element = frame.element;
    this.title = frame.title;
    if (room.meeting.may.attendance) {
      this.#markAll = h("button", { class: "govuk-button govuk-button--secondary", type: "button", "data-writes": true });
      this.#markAll.addEventListener("click", () => this.#markConnected());
      this.element.append(this.#markAll);
    }
    const list = h("ul", { class: "cards attendance" });
    for (const seat of room.meeting.seats) {
      const row = room.meeting.may.attendance ? editRow(room, seat) : readRow(seat);
      this.#rows.set(seat.person, row);
      list.append(row.element);
    }
    this.element.append(list);
  }

  get summary(): string {
    const here = [...this.#now.values()].filter(({ status }) => status === "present").length;
    return `${here} of ${this.#room.meeting.seats.length}`;
  }

  update({ all, attendance }: Touched): void {
    if (all || attendance.size > 0) this.#now = attendanceOf(partsOf(this.#room));
    for (const [person, row] of this.#rows) if (all || attendance.has(person)) row.show(this.#now.get(person));
    this.connectedChanged();
  }

  /** Offers to mark those who are connected and not yet marked as here. */
  connectedChanged(): void {
    if (this.#markAll === undefined) return;
    const count = this.#connectedUnmarked().length;
    const people = count === 1 ? "1 person who is connected" : `${count} people who are connected`;
    setText(this.#markAll, count === 0 ? "Everyone connected is marked as here" : `Mark ${people} as here`);
    this.#markAll.disabled = count === 0 || !this.#room.session.writable;
  }

  writing(row: string, names: readonly string[]): void {
    this.#rows.get(row)?.writing(names);
  }

  #connectedUnmarked(): string[] {
    return [...this.#room.connected].filter((person) => this.#now.get(person)?.status === "invited");
  }

  #markConnected(): void {
    const { session, meeting, announcer } = this.#room;
    const people = this.#connectedUnmarked();
    const time = clock(new Date());
    const changes = people.flatMap((id) => [
      setScalar({ table: "attendance", id }, { field: "status", value: "present" }),
      setScalar({ table: "attendance", id }, { field: "arrivedAt", value: time }),
    ]);
    session.change(mainPart(meeting).id, (draft) => {
      for (const change of changes) change(draft);
    });
    announcer.say(`${people.length} marked as here, from ${time}.`);
    this.title.focus();
  }
}

function heading(seat: Seat): HTMLElement {
  const said = [standing(seat), seat.removed ? "no longer at the table" : ""].filter((words) => words !== "").join(", ");
  return h("div", { class: "attendance__who" }, h("h3", { class: "entry__who" }, seat.name), h("span", { class: "entry__standing" }, said));
}

function editRow(room: Room, seat: Seat): PersonRow {
  const document = mainPart(room.meeting).id;
  const path = { table: "attendance", id: seat.person } as const;
  const set = (field: ScalarField) => room.session.change(document, setScalar(path, field));
  const status = selectField("Attendance", choices(words.attendance), "invited");
  const arrived = inputField("Arrived", "", { type: "time" });
  const left = inputField("Left", "", { type: "time" });
  const note = new LabelledText({ room, document, row: path, field: "note", sheet: ATTENDANCE, label: "Note", may: "edit" });
  onChosen(status.control, (value) => set({ field: "status", value: value as keyof typeof words.attendance }));
  onChosen(arrived.control, (value) => set({ field: "arrivedAt", value: value.slice(0, 5) }));
  onChosen(left.control, (value) => set({ field: "leftAt", value: value.slice(0, 5) }));
  const now = h("p", { class: "entry__now", "aria-hidden": "true" });
  const fields = h("div", { class: "card__row", role: "group", "aria-label": seat.name });
  fields.append(status.element, arrived.element, left.element, note.element);
  return {
    element: h("li", { class: `attendance__row agency--${seat.agency_kind || "other"}`, "data-row": seat.person }, heading(seat), fields, now),
    show: (row) => {
      if (row === undefined) return;
      showValue(status.control, row.status);
      showValue(arrived.control, row.arrivedAt);
      showValue(left.control, row.leftAt);
      note.update(row.note);
    },
    writing: (names) => setText(now, names.length === 0 ? "" : `${names.join(" and ")} is writing…`),
  };
}

function readRow(seat: Seat): PersonRow {
  const facts = h("p", { class: "card__facts" });
  const note = h("p", { class: "card__facts", dir: "auto" });
  return {
    element: h("li", { class: `attendance__row agency--${seat.agency_kind || "other"}`, "data-row": seat.person }, heading(seat), facts, note),
    show: (row) => {
      if (row === undefined) return;
      const said = [
        inWords(words.attendance, row.status),
        row.arrivedAt === "" ? "" : `arrived ${row.arrivedAt}`,
        row.leftAt === "" ? "" : `left ${row.leftAt}`,
      ];
      setText(facts, said.filter((words) => words !== "").join(", "));
      setText(note, row.note);
    },
    writing: () => undefined,
  };
}
