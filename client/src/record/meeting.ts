// What the server tells the page about a meeting: the JSON in `#accord-meeting`.

import type { QuorumRule } from "./quorum.ts";
import type { Wording } from "./wording.ts";

export type Role = "chair" | "minute_taker" | "professional" | "manager" | "family" | "young_person" | "observer";

export interface Seat {
  person: string;
  name: string;
  role: Role;
  /** Profession, or relation to the child. */
  title: string;
  /** Id of the agency; empty or null for the family. */
  agency: string | null;
  agency_name: string;
  agency_kind: string;
  /** The seat was taken away. What they said and wrote is still here, and their name with it. */
  removed: boolean;
}

export interface Child {
  id: string;
  name: string;
}

export interface SectionRule {
  key: string;
  heading: string;
  hint: string;
  mandatory: boolean;
  /** What it is for: "entries", "childs_voice", "scaling" … */
  holds: string;
}

/** What is decided for each child. */
export interface DecisionRule {
  /** "Is a child protection plan needed?" */
  question: string;
  /** What may be decided; empty: in words of the meeting's own. */
  outcomes: readonly string[];
  categories: readonly string[];
  /** What it is measured against, in words. */
  threshold: string;
}

/** One of the record's documents that I may read. Who may read it is fixed by the document, never by a field. */
export interface PartReference {
  id: string;
  part: string;
  /** In words: "Everyone, the family too". */
  readers: string;
}

export interface Meeting {
  meeting: { id: string; kind_name: string; title: string; starts_at: string; place: string; state: string };
  partnership: string;
  me: { id: string; name: string; role: Role };
  seats: Seat[];
  children: Child[];
  sections: SectionRule[];
  decision: DecisionRule | null;
  /** Null where this kind of meeting needs no quorum. */
  quorum: (QuorumRule & { reset_working_days: number | null }) | null;
  wording: Wording;
  documents: PartReference[];
  sync_path: string;
  storage_id: string;
  /** Person by row, for rows put in by somebody other than whose statement they are. */
  recorded_by?: Record<string, string>;
  may: { write: boolean; record_for_others: boolean; attendance: boolean; decisions: boolean; lock: boolean };
  review_url: string;
  record_url: string;
  /** The working history; null for those who may not read it. */
  history_url: string | null;
  /** Where I may change who sits here, if I may. */
  people_url: string | null;
}

export const MAIN = "main";

/** What somebody in a closed session is told of it; whoever is not in it is told nothing. */
export interface ClosedSession {
  number: number;
  document: string;
  part: string;
  ground_words: string;
  reason: string;
  told: boolean;
  opened_at: string;
  /** Null while it goes on. */
  ended_at: string | null;
  readers: string[];
}

export interface ClosedSessions {
  sessions: ClosedSession[];
  may_manage: boolean;
  grounds: { code: string; words: string }[];
}

export interface BlindAnswer {
  scale: number;
  view: string;
  recorded_by: string | null;
}

/** A question that people answer without seeing each other's answers. */
export interface BlindRound {
  id: string;
  child: string;
  question: string;
  part: string;
  /** Null until all answers are shown to all. */
  revealed_at: string | null;
  asked: { person: string; answered: boolean; answer: BlindAnswer | null }[];
}

export interface BlindRounds {
  rounds: BlindRound[];
  may_ask: boolean;
  may_take_down: boolean;
}

export interface ReadAnswer {
  by: string;
  position: string;
  note: string;
  recorded_by: string | null;
}

export interface ReadDecision {
  decision: string;
  child: string;
  words: string;
  at: string;
  answers: ReadAnswer[];
}

/** What goes on in the room beside the documents. */
export interface RoomNow {
  now: string;
  spotlight: string;
  timer_ends_at: string | null;
  agreed: { section: string; by: string; at: string }[];
  without_quorum: { course: string; reason: string; reset_on: string; by: string; at: string } | null;
  read_back: ReadDecision[];
  may_run: boolean;
  may_answer: boolean;
  may_take_down: boolean;
}

/** A closed session as one of the parts I may read: by name and number, and with everybody who reads it. */
export function closedPart(meeting: Meeting, session: ClosedSession): PartReference {
  const readers = session.readers.map((person) => nameOf(meeting, person)).join(", ");
  return { id: session.document, part: session.part, readers: `Closed session ${session.number}: ${readers}` };
}

export function isClosedPart({ part }: PartReference): boolean {
  return part.startsWith("closed-");
}

/** The document everybody at the table reads. */
export function mainPart(meeting: Meeting): PartReference {
  const main = meeting.documents.find((document) => document.part === MAIN) ?? meeting.documents[0];
  if (main === undefined) throw new Error("this meeting has no document");
  return main;
}

export function seatOf(meeting: Meeting, person: string): Seat | undefined {
  return meeting.seats.find((seat) => seat.person === person);
}

export function nameOf(meeting: Meeting, person: string): string {
  return seatOf(meeting, person)?.name ?? "Somebody no longer listed";
}

/** Who somebody is, after their name: "health visitor, Northmoor Health". */
export function standing(seat: Seat | undefined): string {
  if (seat === undefined) return "";
  return [seat.title, seat.agency_name].filter((words) => words !== "").join(", ");
}

/** Those at the table now. */
export function seated(meeting: Meeting): Seat[] {
  return meeting.seats.filter(({ removed }) => !removed);
}

export function isFamily(role: Role): boolean {
  return role === "family" || role === "young_person";
}
