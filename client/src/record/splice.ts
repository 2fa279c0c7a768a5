// One edit of a text, and what becomes of it when somebody else has edited the same text. Positions are UTF-16.

/** At `at`, `remove` code units go and `insert` comes. */
export interface Splice {
  at: number;
  remove: number;
  insert: string;
}

/** The smallest single edit that makes `after` of `before`; none if they are the same. Never cuts a surrogate pair. */
export function difference(before: string, after: string): Splice | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  if (cutsPair(before, head) || cutsPair(after, head)) head -= 1;
  let tail = 0;
  while (tail < shorter - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) {
    tail += 1;
  }
  if (cutsPair(before, before.length - tail) || cutsPair(after, after.length - tail)) tail -= 1;
  return { at: head, remove: before.length - head - tail, insert: after.slice(head, after.length - tail) };
}

export function apply(text: string, { at, remove, insert }: Splice): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

/** Where a place in a text is after `splice`. A place inside what went is where that was. */
export function moved(place: number, { at, remove, insert }: Splice): number {
  if (place <= at) return place;
  if (place >= at + remove) return place + insert.length - remove;
  return at + insert.length;
}

/** A stretch of text, from the first code unit to after the last. */
interface Stretch {
  from: number;
  to: number;
}

/**
 * `mine`, made on a text that `theirs` has meanwhile changed, as edits of the text as it is now, to be made in turn.
 * What both removed is removed once; what they put in the midst of what I removed stays.
 */
export function rebased(mine: Splice, theirs: readonly Splice[]): Splice[] {
  const at = placeAfter(mine.at, theirs);
  // From the last to the first, so that making one leaves the places of the others as they are.
  const removals = surviving(mine, theirs)
    .reverse()
    .map(({ from, to }): Splice => ({ at: from, remove: to - from, insert: "" }));
  const first = removals.at(-1);
  if (first?.at === at) first.insert = mine.insert;
  else if (mine.insert !== "") removals.push({ at, remove: 0, insert: mine.insert });
  return removals;
}

/** Where my caret belongs: `caret` is its place in my text, which `mine` has changed and `theirs` not yet. */
export function caretAfter(caret: number, mine: Splice | undefined, theirs: readonly Splice[]): number {
  if (mine === undefined || caret <= mine.at) return placeAfter(caret, theirs);
  const inserted = mine.insert.length;
  if (caret <= mine.at + inserted) return placeAfter(mine.at, theirs) + caret - mine.at;
  const place = placeAfter(caret - inserted + mine.remove, theirs);
  const removedBefore = surviving(mine, theirs).reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, place) - from), 0);
  return place - removedBefore + inserted;
}

function placeAfter(place: number, theirs: readonly Splice[]): number {
  return theirs.reduce(moved, place);
}

/** What is still there of the stretch that `mine` removes, once `theirs` is done. */
function surviving(mine: Splice, theirs: readonly Splice[]): Stretch[] {
  let left: Stretch[] = [{ from: mine.at, to: mine.at + mine.remove }];
  for (const { at, remove, insert } of theirs) {
    const shift = insert.length - remove;
    left = left.flatMap(({ from, to }) => [
      { from, to: Math.min(to, at) },
      { from: Math.max(from, at + remove) + shift, to: to + shift },
    ]);
    left = left.filter(({ from, to }) => from < to);
  }
  return left.filter(({ from, to }) => from < to);
}

/** Cuts a long text into pieces of at most `size` code units, so that no one change is too large for the server. */
export function pieces(text: string, size: number): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + size, text.length);
    if (to < text.length && cutsPair(text, to)) to -= 1;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

/** How many words `after` holds that `before` does not, as a reader counts words. */
export function wordsAdded(before: string, after: string): number {
  const left = new Map<string, number>();
  for (const word of words(before)) left.set(word, (left.get(word) ?? 0) + 1);
  return words(after).filter((word) => {
    const there = left.get(word) ?? 0;
    left.set(word, there - 1);
    return there <= 0;
  }).length;
}

function words(text: string): string[] {
  return text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

function cutsPair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  const [high, low] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
