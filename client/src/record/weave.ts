// The record as one reader sees it: the parts they may read, woven into one by section and position.
import type { PartReference } from "./meeting.ts";
import { byPosition } from "./position.ts";
import type { RecordDocument, Scalar, Tombstone } from "./schema.ts";

/** A part and what it holds just now; nothing until its document has arrived. */
export interface Part extends PartReference {
  doc: RecordDocument | undefined;
}

interface Row {
  id: string;
  /** Id of the document the row is in: who may read it follows from that. */
  document: string;
}

export interface Entry extends Row {
  section: string;
  pos: string;
  text: string;
  nature: string;
  source: string;
  by: string;
  about: string[];
  tool: string;
  scale: string;
  attachment: string;
}

export interface Decision extends Row {
  pos: string;
  child: string;
  text: string;
  rationale: string;
  category: string;
  agreed: boolean;
  outcome: string;
  threshold: string;
}

export interface View extends Row {
  decision: string;
  agency: string;
  by: string;
  position: string;
  reason: string;
}

export interface Action extends Row {
  pos: string;
  outcome: string;
  what: string;
  owner: string;
  due: string;
  measure: string;
  about: string[];
  status: string;
  carriedFrom: string;
}

export interface Attendance extends Row {
  status: string;
  arrivedAt: string;
  leftAt: string;
  note: string;
}

/** The entries of one section in reading order, tombstoned ones left out. */
export function entriesOf(parts: readonly Part[], section: string): Entry[] {
  const woven = parts.flatMap(({ id: document, doc }) =>
    standing(doc?.sections[section]?.entries).map(([id, row]) => ({
      id,
      document,
      section,
      pos: String(row.pos),
      text: row.text,
      nature: String(row.nature),
      source: String(row.source),
      by: String(row.by),
      about: named(row.about),
      tool: optional(row.tool),
      scale: optional(row.scale),
      attachment: optional(row.attachment),
    })),
  );
  return woven.sort(byPosition);
}

export function decisionsOf(parts: readonly Part[]): Decision[] {
  const woven = parts.flatMap(({ id: document, doc }) =>
    standing(doc?.decisions).map(([id, row]) => ({
      id,
      document,
      pos: String(row.pos),
      child: String(row.child),
      text: row.text,
      rationale: row.rationale,
      category: optional(row.category),
      agreed: row.agreed === true,
      outcome: optional(row.outcome),
      threshold: optional(row.threshold),
    })),
  );
  return woven.sort(byPosition);
}

/** What people and agencies say to one decision, in an order that doesn't change while somebody reads. */
export function viewsOn(parts: readonly Part[], decision: string): View[] {
  const woven = parts.flatMap(({ id: document, doc }) =>
    Object.entries(doc?.views ?? {}).map(([id, row]) => ({
      id,
      document,
      pos: "",
      decision: String(row.decision),
      agency: String(row.agency),
      by: String(row.by),
      position: String(row.position),
      reason: row.reason,
    })),
  );
  return woven.filter((view) => view.decision === decision).sort(byPosition);
}

export function actionsOf(parts: readonly Part[]): Action[] {
  const woven = parts.flatMap(({ id: document, doc }) =>
    standing(doc?.actions).map(([id, row]) => ({
      id,
      document,
      pos: String(row.pos),
      outcome: row.outcome,
      what: row.what,
      owner: String(row.owner),
      due: String(row.due),
      measure: row.measure,
      about: named(row.about),
      status: String(row.status),
      carriedFrom: optional(row.carriedFrom),
    })),
  );
  return woven.sort(byPosition);
}

/** Who was there: a row for every seat, in the main part alone. */
export function attendanceOf(parts: readonly Part[]): Map<string, Attendance> {
  const rows = parts.flatMap(({ id: document, doc }) =>
    Object.entries(doc?.attendance ?? {}).map(([id, row]): [string, Attendance] => [
      id,
      {
        id,
        document,
        status: String(row.status),
        arrivedAt: String(row.arrivedAt),
        leftAt: String(row.leftAt),
        note: row.note,
      },
    ]),
  );
  return new Map(rows);
}

/** Every row that has not been removed. */
function standing<R extends { removed?: Tombstone }>(rows: Record<string, R> | undefined): [string, R][] {
  return Object.entries(rows ?? {}).filter(([, row]) => row.removed === undefined);
}

/** A field that may be missing reads as empty. */
function optional(value: Scalar | undefined): string {
  return value === undefined ? "" : String(value);
}

function named(children: Record<string, boolean>): string[] {
  return Object.keys(children).sort();
}
