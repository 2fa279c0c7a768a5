// The document's shape, as Automerge gives it to us: a Text is a string, any other string an `ImmutableString`.
import type { ImmutableString } from "@automerge/automerge/slim";

/** A scalar string. Reading never cares which of the two it is; writing always makes an `ImmutableString`. */
export type Scalar = ImmutableString | string;

export type Nature = "fact" | "opinion" | "view" | "allegation";
export type AttendanceStatus = "invited" | "present" | "apologies" | "absent" | "report_only";
export type ActionStatus = "open" | "done" | "partly_done" | "not_done" | "could_not_be_done";
export type Position = "agree" | "agree_with_note" | "not_agree";

export interface Tombstone {
  by: Scalar;
  at: Scalar;
}

// What has a question mark may be missing from a row, and may be set later.

export interface EntryRow {
  pos: Scalar;
  text: string;
  nature: Scalar;
  source: Scalar;
  by: Scalar;
  about: Record<string, boolean>;
  tool?: Scalar;
  scale?: Scalar;
  attachment?: Scalar;
  removed?: Tombstone;
}

export interface DecisionRow {
  pos: Scalar;
  child: Scalar;
  text: string;
  rationale: string;
  category?: Scalar;
  agreed?: boolean;
  outcome?: Scalar;
  threshold?: Scalar;
  removed?: Tombstone;
}

export interface ViewRow {
  decision: Scalar;
  agency: Scalar;
  by: Scalar;
  position: Scalar;
  reason: string;
}

export interface ActionRow {
  pos: Scalar;
  outcome: string;
  what: string;
  owner: Scalar;
  due: Scalar;
  measure: string;
  about: Record<string, boolean>;
  status: Scalar;
  carriedFrom?: Scalar;
  removed?: Tombstone;
}

export interface AttendanceRow {
  status: Scalar;
  arrivedAt: Scalar;
  leftAt: Scalar;
  note: string;
}

export interface RecordDocument {
  schema: number;
  attendance: Record<string, AttendanceRow>;
  sections: Record<string, { heading: Scalar; entries: Record<string, EntryRow> }>;
  decisions: Record<string, DecisionRow>;
  views: Record<string, ViewRow>;
  actions: Record<string, ActionRow>;
}

/** Where a Text stands in its document. */
export type TextPath = readonly string[];

export const words = {
  nature: { fact: "Fact", opinion: "Opinion", view: "View, own words", allegation: "Allegation" },
  attendance: { invited: "Invited", present: "Here", apologies: "Sent apologies", absent: "Did not attend", report_only: "Sent a report" },
  action: { open: "To do", done: "Done", partly_done: "Partly done", not_done: "Not done", could_not_be_done: "Could not be done" },
  position: { agree: "Agrees", agree_with_note: "Agrees, with a note", not_agree: "Does not agree" },
} as const satisfies {
  nature: Record<Nature, string>;
  attendance: Record<AttendanceStatus, string>;
  action: Record<ActionStatus, string>;
  position: Record<Position, string>;
};

/** The words for a value, or the value itself if a newer server has one we don't know. */
export function inWords(table: Record<string, string>, value: string): string {
  return table[value] ?? value;
}
