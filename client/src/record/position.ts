// Rows are ordered by a short string that sorts as bytes do, then by id, so that two people adding at once never clash.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FIRST = "a00";
const LOWEST = "0";

/** A position that sorts after `last`; the first of all when there is none. */
export function positionAfter(last: string | undefined): string {
  if (last === undefined || last === "") return FIRST;
  // Count up as one does by hand: a digit that can't go up falls to the lowest, and its left neighbour goes up.
  for (let at = last.length - 1; at >= 0; at -= 1) {
    const next = DIGITS[DIGITS.indexOf(last.charAt(at)) + 1];
    if (next !== undefined) return last.slice(0, at) + next + LOWEST.repeat(last.length - at - 1);
  }
  return last + LOWEST;
}

export interface Placed {
  id: string;
  pos: string;
}

/** The order of rows, the same for every reader: by position, then by id. */
export function byPosition(a: Placed, b: Placed): number {
  return compare(a.pos, b.pos) || compare(a.id, b.id);
}

/** The last position in use among `rows`, wherever they are kept. */
export function lastPosition(rows: Iterable<Placed>): string | undefined {
  let last: string | undefined;
  for (const { pos } of rows) if (last === undefined || pos > last) last = pos;
  return last;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
