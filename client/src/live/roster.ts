// In the room: who is connected, who is here without a device, who is not here. The mark is a help; the words say it.
import { type Role, type Seat, seated, standing } from "../record/meeting.ts";
import { inWords, words } from "../record/schema.ts";
import { type Attendance, attendanceOf } from "../record/weave.ts";
import { clock } from "./dates.ts";
import { h, leavingLink, setText } from "./element.ts";
import { type Room, partsOf } from "./room.ts";

const ROLE_ORDER = ["chair", "minute_taker"];

/** Said beside a name, where it says something that the profession does not. */
const ROLE_WORDS: Partial<Record<Role, string>> = { chair: "chair", minute_taker: "minute taker", observer: "observer" };

interface PersonLine {
  element: HTMLElement;
  how: HTMLElement;
}

export class Roster {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #here = h("ul", { class: "roster__list" });
  readonly #away = h("ul", { class: "roster__list" });
  readonly #hereHeading = h("h3", { class: "roster__heading" });
  readonly #awayHeading = h("h3", { class: "roster__heading" }, "Not here");
  /** When the meeting began, as attendance has times. */
  readonly #begin: string;
  readonly #lines: { seat: Seat; line: PersonLine }[];

  /** `leave` goes to a page, once everything is saved. */
  constructor(room: Room, leave: (href: string) => void) {
    this.#room = room;
    this.#begin = clock(new Date(room.meeting.meeting.starts_at));
    const seats = seated(room.meeting).sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name));
    this.#lines = seats.map((seat) => ({ seat, line: personLine(seat) }));
    const { people_url, last_plan_url } = room.meeting;
    const change = people_url !== null && h("p", { class: "roster__change" }, leavingLink(people_url, "Change who sits here", leave));
    const before = !!last_plan_url && h("p", { class: "roster__change" }, leavingLink(last_plan_url, "What became of the plan before", leave));
    this.element = h("div", { class: "roster" }, change, before, this.#hereHeading, this.#here, this.#awayHeading, this.#away);
  }

  /** For the folded roster's own line: how many are here. */
  get count(): number {
    return this.#here.childElementCount;
  }

  update(): void {
    const attendance = attendanceOf(partsOf(this.#room));
    const here: HTMLElement[] = [];
    const away: HTMLElement[] = [];
    for (const { seat, line } of this.#lines) {
      const row = attendance.get(seat.person);
      const connected = this.#room.connected.has(seat.person);
      const present = row?.status === "present" && row.leftAt === "";
      setText(line.how, how(row, connected, this.#begin));
      line.element.classList.toggle("roster__person--connected", connected);
      (connected || present ? here : away).push(line.element);
    }
    show(this.#here, here);
    show(this.#away, away);
    setText(this.#hereHeading, `${here.length} here`);
    this.#awayHeading.hidden = away.length === 0;
  }
}

function personLine(seat: Seat): PersonLine {
  const how = h("span", { class: "roster__how" });
  const role = ROLE_WORDS[seat.role] ?? "";
  const said = seat.title.toLowerCase().includes(role);
  const who = [said ? "" : role, standing(seat)].filter((words) => words !== "").join(", ");
  const element = h(
    "li",
    { class: `roster__person agency--${seat.agency_kind || "other"}` },
    h("b", { class: "roster__name" }, seat.name),
    h("span", { class: "roster__standing" }, who),
    how,
  );
  return { element, how };
}

/** How somebody is here, or not, in words; since when, if they came after it began. */
function how(row: Attendance | undefined, connected: boolean, begin: string): string {
  const status = row?.status ?? "invited";
  if (status === "present" && row?.leftAt !== undefined && row.leftAt !== "") return `left at ${row.leftAt}`;
  if (status === "present") {
    const since = row !== undefined && row.arrivedAt > begin ? ` since ${row.arrivedAt}` : "";
    return connected ? since.trim() : `here${since}, no device`;
  }
  if (connected) return status === "invited" ? "connected" : "";
  return status === "invited" ? "invited" : inWords(words.attendance, status).toLowerCase();
}

function order({ role }: Seat): number {
  const at = ROLE_ORDER.indexOf(role);
  return at < 0 ? ROLE_ORDER.length : at;
}

function show(list: Element, wanted: readonly Element[]): void {
  const same = wanted.length === list.childElementCount && wanted.every((element, at) => list.children[at] === element);
  if (!same) list.replaceChildren(...wanted);
}
