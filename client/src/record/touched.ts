// Which rows a batch of Automerge patches has touched, so that only those are shown anew.
import type { Patch } from "@automerge/automerge/slim";
import type { Splice } from "./splice.ts";
import type { TextPath } from "./schema.ts";

export interface Touched {
  /** By section, the ids of entries. */
  entries: Map<string, Set<string>>;
  decisions: Set<string>;
  views: Set<string>;
  actions: Set<string>;
  attendance: Set<string>;
  /** Everything: a document has arrived or been replaced. */
  all: boolean;
}

export function nothing(): Touched {
  return {
    entries: new Map(),
    decisions: new Set(),
    views: new Set(),
    actions: new Set(),
    attendance: new Set(),
    all: false,
  };
}

/** Adds to `touched` what `patches` touch. */
export function note(touched: Touched, patches: readonly Patch[]): void {
  for (const { path } of patches) {
    const [table, first, , id] = path.map(String);
    if (table === "sections" && first !== undefined && id !== undefined) {
      const ids = touched.entries.get(first) ?? new Set();
      touched.entries.set(first, ids.add(id));
    } else if ((table === "decisions" || table === "views" || table === "actions" || table === "attendance") && first !== undefined) {
      touched[table].add(first);
    } else {
      touched.all = true;
    }
  }
}

/** What `patches` do to the Text at `path`, as edits to be made in turn. */
export function editsOf(patches: readonly Patch[], path: TextPath): Splice[] {
  const edits: Splice[] = [];
  for (const patch of patches) {
    if (patch.path.length !== path.length + 1 || !path.every((key, at) => patch.path[at] === key)) continue;
    const at = Number(patch.path[path.length]);
    if (patch.action === "splice") edits.push({ at, remove: 0, insert: patch.value });
    if (patch.action === "del") edits.push({ at, remove: patch.length ?? 1, insert: "" });
  }
  return edits;
}
