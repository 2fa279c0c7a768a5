// What every component of the page is given: the meeting, the session, who is here and who writes where.
import { MAIN, type Meeting, isClosedPart } from "../record/meeting.ts";
import type { Part } from "../record/weave.ts";
import type { Session } from "../sync/session.ts";
import type { Announcer } from "./announcer.ts";
import type { Presence } from "./presence.ts";
import type { TextField } from "./text_field.ts";

export interface Room {
  readonly meeting: Meeting;
  readonly session: Session;
  readonly presence: Presence;
  readonly announcer: Announcer;
  /** Who is connected now. */
  connected: ReadonlySet<string>;
  /** The part I last chose to write in, remembered while this page is open and nowhere else. */
  chosenPart: string;
  /** The text that has the caret. */
  focused: TextField | undefined;
}

/** The parts as they are just now. */
export function partsOf(room: Room): Part[] {
  return room.session.parts;
}

/** How a row's readers are told where it stands; nothing for what everybody reads. */
export function restrictedReaders(room: Room, document: string): string | undefined {
  const part = room.meeting.documents.find(({ id }) => id === document);
  if (part === undefined || part.part === MAIN) return undefined;
  // Who is in a closed session changes; a row says which one, the bar says who reads it.
  return isClosedPart(part) ? `Closed session ${part.part.slice("closed-".length)}` : part.readers;
}
