// Every change the page makes to a document, as a function of the draft that Automerge hands us.
// A new row is made whole in one change: the server lets no half row in. Prose becomes a Text; every other string is
// an `ImmutableString`, since a plain string in Automerge 3 is a Text too.
import { ImmutableString, splice as spliceText } from "@automerge/automerge/slim";
import { type Splice, pieces } from "./splice.ts";
import type { ActionRow, ActionStatus, AttendanceStatus, Nature, Position, RecordDocument, TextPath } from "./schema.ts";

/** The server takes at most 20,000 operations in a change, and each character is one. */
const LONGEST_INSERT = 10_000;

/** A change, ready to be made in a document. */
export type Change = (draft: RecordDocument) => void;

export interface NewEntry {
  id: string;
  section: string;
  pos: string;
  text: string;
  nature: Nature;
  source: string;
  by: string;
  about: readonly string[];
  /** How somebody was asked. */
  tool?: string;
  /** "0" to "10". */
  scale?: string;
  /** Id of a file put with this part. */
  attachment?: string;
}

export interface NewDecision {
  id: string;
  pos: string;
  child: string;
  text: string;
  rationale: string;
  category: string;
  agreed: boolean;
  outcome?: string;
  threshold?: string;
}

export interface NewView {
  id: string;
  decision: string;
  agency: string;
  by: string;
  position: Position;
  reason: string;
}

export interface NewAction {
  id: string;
  pos: string;
  outcome: string;
  what: string;
  owner: string;
  due: string;
  measure: string;
  about: readonly string[];
  status: ActionStatus;
  carriedFrom?: string;
}

/** Where a row stands in its document. */
export type RowPath =
  | { table: "entries"; section: string; id: string }
  | { table: "decisions" | "actions"; id: string }
  | { table: "views"; id: string }
  | { table: "attendance"; id: string };

/** A row that may be removed; a view may only be changed, and attendance only marked. */
export type RemovablePath = Exclude<RowPath, { table: "views" | "attendance" }>;

/** The change that makes an entry, and those that follow with the rest of a text too long for one. */
export function addEntry(entry: NewEntry): Change[] {
  const [text = "", ...rest] = pieces(entry.text, LONGEST_INSERT);
  const path = textPath({ table: "entries", section: entry.section, id: entry.id }, "text");
  let at = text.length;
  return [
    makeEntry({ ...entry, text }),
    ...rest.map((insert) => {
      const change = editText(path, [{ at, remove: 0, insert }]);
      at += insert.length;
      return change;
    }),
  ];
}

function makeEntry(entry: NewEntry): Change {
  return (draft) => {
    const section = draft.sections[entry.section];
    if (section === undefined) throw new Error("the document has no such section");
    section.entries[entry.id] = {
      pos: scalar(entry.pos),
      text: entry.text,
      nature: scalar(entry.nature),
      source: scalar(oneLine(entry.source)),
      by: scalar(entry.by),
      about: children(entry.about),
      ...said({ tool: entry.tool, scale: entry.scale, attachment: entry.attachment }),
    };
  };
}

export function addDecision(decision: NewDecision): Change {
  return (draft) => {
    draft.decisions[decision.id] = {
      pos: scalar(decision.pos),
      child: scalar(decision.child),
      text: decision.text,
      rationale: decision.rationale,
      agreed: decision.agreed,
      ...said({ category: decision.category, outcome: decision.outcome, threshold: decision.threshold }),
    };
  };
}

export function addView(view: NewView): Change {
  return (draft) => {
    draft.views[view.id] = {
      decision: scalar(view.decision),
      agency: scalar(view.agency),
      by: scalar(view.by),
      position: scalar(view.position),
      reason: view.reason,
    };
  };
}

export function addAction(action: NewAction): Change {
  return (draft) => {
    draft.actions[action.id] = {
      pos: scalar(action.pos),
      outcome: action.outcome,
      what: action.what,
      owner: scalar(action.owner),
      due: scalar(action.due),
      measure: action.measure,
      about: children(action.about),
      status: scalar(action.status),
      ...said({ carriedFrom: action.carriedFrom }),
    };
  };
}

/** The changes that make `edits` in one Text, none of them too large for the server. */
export function editsInPieces(path: TextPath, edits: readonly Splice[]): Change[] {
  return edits.flatMap(({ at, remove, insert }) => {
    const [first = "", ...rest] = pieces(insert, LONGEST_INSERT);
    let place = at + first.length;
    return [
      editText(path, [{ at, remove, insert: first }]),
      ...rest.map((piece) => {
        const change = editText(path, [{ at: place, remove: 0, insert: piece }]);
        place += piece.length;
        return change;
      }),
    ];
  });
}

/** Edits one Text, in order. */
export function editText(path: TextPath, edits: readonly Splice[]): Change {
  return (draft) => {
    for (const { at, remove, insert } of edits) spliceText(draft, [...path], at, remove, insert);
  };
}

type TextField = "source" | "tool" | "scale" | "attachment" | "category" | "outcome" | "threshold" | "owner" | "due" | "arrivedAt" | "leftAt";

export type ScalarField =
  | { field: "nature"; value: Nature }
  | { field: "position"; value: Position }
  | { field: "status"; value: ActionStatus | AttendanceStatus }
  | { field: TextField; value: string };

export function setScalar(path: RowPath, { field, value }: ScalarField): Change {
  return (draft) => {
    const row: object | undefined = rowAt(draft, path);
    if (row === undefined) return;
    Object.assign(row, { [field]: scalar(oneLine(value)) });
  };
}

export function setAgreed(decision: string, agreed: boolean): Change {
  return (draft) => {
    const row = draft.decisions[decision];
    if (row !== undefined) row.agreed = agreed;
  };
}

/** Says which children a row is about; none means all of them. Only what differs is touched. */
export function setAbout(path: RowPath, about: readonly string[]): Change {
  return (draft) => {
    const row = rowAt(draft, path);
    if (row === undefined || !hasAbout(row)) return;
    for (const child of Object.keys(row.about)) if (!about.includes(child)) delete row.about[child];
    for (const child of about) if (row.about[child] !== true) row.about[child] = true;
  };
}

/** A removed row stays in the document, marked: who took it out, and when. */
export function remove(path: RemovablePath, by: string, at: Date): Change {
  return (draft) => {
    const row = removableAt(draft, path);
    if (row === undefined || row.removed !== undefined) return;
    row.removed = { by: scalar(by), at: scalar(at.toISOString()) };
  };
}

/** The path of a row's Text, for `editText`. */
export function textPath(path: RowPath, field: string): TextPath {
  return path.table === "entries"
    ? ["sections", path.section, "entries", path.id, field]
    : [path.table, path.id, field];
}

/** The Text at `path`, or nothing if the row has gone. */
export function textAt(doc: RecordDocument, path: TextPath): string | undefined {
  let value: unknown = doc;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : undefined;
}

type AnyRow = ReturnType<typeof rowAt> & object;

function rowAt(draft: RecordDocument, path: RowPath) {
  if (path.table === "views") return draft.views[path.id];
  if (path.table === "attendance") return draft.attendance[path.id];
  return removableAt(draft, path);
}

function removableAt(draft: RecordDocument, path: RemovablePath) {
  if (path.table === "entries") return draft.sections[path.section]?.entries[path.id];
  return path.table === "decisions" ? draft.decisions[path.id] : draft.actions[path.id];
}

function hasAbout(row: AnyRow): row is AnyRow & Pick<ActionRow, "about"> {
  return "about" in row;
}

function scalar(text: string): ImmutableString {
  return new ImmutableString(text);
}

/** A line has no breaks and at most 500 code units: the server's rule. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/gu, " ").slice(0, 500);
}

/** The optional fields that say something; a row is whole without the others. */
function said<K extends string>(fields: Record<K, string | undefined>): Partial<Record<K, ImmutableString>> {
  const filled = Object.entries<string | undefined>(fields).filter((field): field is [K, string] => (field[1] ?? "") !== "");
  return Object.fromEntries(filled.map(([name, value]) => [name, scalar(oneLine(value))])) as Partial<Record<K, ImmutableString>>;
}

function children(about: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(about.map((child) => [child, true]));
}
