// What stands beside the documents: closed sessions, and questions answered blind. Asked for when the page opens and
// whenever the server says that there is something new; it says not what.
import { type BlindRounds, type ClosedSessions, type PartReference, type RoomNow, closedPart, isClosedPart, mainPart, nameOf } from "../record/meeting.ts";
import { BlindPanel } from "./blind_panel.ts";
import { ClosedPanel } from "./closed_panel.ts";
import type { Draft, Drafting } from "./drafts.ts";
import { h, setText } from "./element.ts";
import { listed } from "./fields.ts";
import type { Room } from "./room.ts";
import { type Places, RoomPanel } from "./room_panel.ts";
import { fetchJson } from "./server.ts";

export class Beside implements Drafting {
  readonly element: HTMLElement;
  /** Under the bar, so that it never leaves the screen: that I am in a closed session, and who reads it. */
  readonly strip = h("div", { class: "closed-strip", hidden: true });
  readonly #room: Room;
  readonly #takeParts: (parts: readonly PartReference[]) => void;
  readonly #closed: ClosedPanel;
  readonly #blind: BlindPanel;
  readonly #going: RoomPanel;
  readonly #stripWords = h("p", { class: "closed-strip__words" });
  #asking = false;
  #again = false;
  #over = false;
  /** Number of the session that I am in and that goes on. */
  #in: number | undefined;

  constructor(room: Room, places: Places, takeParts: (parts: readonly PartReference[]) => void) {
    this.#room = room;
    this.#takeParts = takeParts;
    const ask = () => this.ask();
    this.#closed = new ClosedPanel(room, ask);
    this.#blind = new BlindPanel(room, ask);
    this.#going = new RoomPanel(room, places, ask);
    this.strip.append(
      h("div", { class: "closed-strip__inner" }, this.#stripWords, h("p", { class: "closed-strip__rest" }, "What you add goes to it, unless you choose otherwise. Decisions and the plan are for everyone.")),
    );
    this.element = h("div", { class: "beside" }, this.#going.element, this.#closed.element, this.#blind.element);
  }

  get draft(): Draft | undefined {
    return this.#blind.draft ?? this.#closed.draft;
  }

  /** Asks for all of it; once more if there was more news meanwhile. */
  async ask(): Promise<void> {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    const base = `/api/v1/meetings/${this.#room.meeting.meeting.id}`;
    while (this.#again && !this.#over) {
      this.#again = false;
      try {
        const [closed, blind, going] = await Promise.all([
          fetchJson<ClosedSessions>(`${base}/closed-sessions`),
          fetchJson<BlindRounds>(`${base}/blind-rounds`),
          fetchJson<RoomNow>(`${base}/room`),
        ]);
        if (this.#over) break;
        this.#show(closed, blind);
        this.#going.show(going);
      } catch {
        // The network is away, or I am: the connection will say which, and I ask again when it is back.
      }
    }
    this.#asking = false;
  }

  /** Somebody came or left. */
  attendanceChanged(): void {
    this.#going.attendanceChanged();
  }

  /** Nothing more is to be seen or done here. */
  close(): void {
    this.#over = true;
    this.strip.remove();
    this.element.remove();
  }

  #show(closed: ClosedSessions, blind: BlindRounds): void {
    const { meeting, announcer } = this.#room;
    const going = closed.sessions.find(({ ended_at }) => ended_at === null);
    const before = this.#in;
    this.#in = going?.number;
    if (going !== undefined && before !== going.number) this.#room.chosenPart = going.document;
    if (going === undefined && before !== undefined) this.#room.chosenPart = mainPart(meeting).id;
    const parts = [...meeting.documents.filter((part) => !isClosedPart(part)), ...closed.sessions.map((session) => closedPart(meeting, session))];
    if (JSON.stringify(parts) !== JSON.stringify(meeting.documents) || before !== this.#in) this.#takeParts(parts);
    this.strip.hidden = going === undefined;
    const readers = listed((going?.readers ?? []).map((person) => nameOf(meeting, person)));
    setText(this.#stripWords, going === undefined ? "" : `You are in closed session ${going.number}, read by ${readers}.`);
    if (going !== undefined && before !== going.number) announcer.say(`You are in closed session ${going.number}. What you add now is for those in it alone.`);
    if (going === undefined && before !== undefined) announcer.say(`You are no longer in closed session ${before}. What you add now is for everyone.`);
    this.#closed.show(closed);
    this.#blind.show(blind);
  }
}
