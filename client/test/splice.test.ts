import assert from "node:assert/strict";
import { test } from "node:test";
import { type Splice, apply, caretAfter, difference, pieces, rebased, wordsAdded } from "../src/record/splice.ts";

function edited(text: string, edits: readonly Splice[]): string {
  return edits.reduce(apply, text);
}

test("the difference of two texts makes one of the other, and touches no more than it must", () => {
  const cases: [string, string, Splice | undefined][] = [
    ["", "", undefined],
    ["", "a", { at: 0, remove: 0, insert: "a" }],
    ["warm bed", "warm dry bed", { at: 5, remove: 0, insert: "dry " }],
    ["warm bed", "bed", { at: 0, remove: 5, insert: "" }],
    ["aaa", "aa", { at: 2, remove: 1, insert: "" }],
    ["one two three", "one 2 three", { at: 4, remove: 3, insert: "2" }],
  ];
  for (const [before, after, expected] of cases) assert.deepEqual(difference(before, after), expected);
});

test("a difference never cuts a surrogate pair", () => {
  // U+1F600 and U+1F601 share their first code unit, U+1F600 and U+1FA00 … their second.
  const cases: [string, string][] = [
    ["\u{1F600}", "\u{1F601}"],
    ["a\u{1F600}b", "a\u{1F601}b"],
    ["\u{1F600}", "\u{1FA00}"],
    ["x\u{1F600}\u{1F601}y", "x\u{1F601}y"],
    ["\u{1F469}\u200D\u{1F467}", "\u{1F469}\u200D\u{1F466}"],
  ];
  for (const [before, after] of cases) {
    const splice = difference(before, after);
    assert.ok(splice);
    assert.equal(apply(before, splice), after);
    assert.doesNotMatch(splice.insert, /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
    assert.doesNotMatch(before.slice(splice.at, splice.at + splice.remove), /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
  }
});

test("an edit is carried over what others did meanwhile", () => {
  const base = "The room is warm.";
  const cases: [string, Splice[], string][] = [
    ["The bedroom is warm.", [{ at: 16, remove: 0, insert: " and dry" }], "The bedroom is warm and dry."],
    ["The room is warm and dry.", [{ at: 4, remove: 0, insert: "bed" }], "The bedroom is warm and dry."],
    // both removed "room": it goes once, and what I wrote in its place stays
    ["The kitchen is warm.", [{ at: 4, remove: 4, insert: "" }], "The kitchen is warm."],
    // they wrote in the midst of what I removed
    ["The warm.", [{ at: 8, remove: 0, insert: " today" }], "The  todaywarm."],
    // I wrote in the midst of what they removed
    ["The ro-om is warm.", [{ at: 4, remove: 5, insert: "" }], "The -is warm."],
    // two edits of theirs, one on each side of mine
    ["The room is very warm.", [{ at: 0, remove: 3, insert: "A" }, { at: 15, remove: 0, insert: "!" }], "A room is very warm.!"],
  ];
  for (const [mineAfter, theirs, expected] of cases) {
    const mine = difference(base, mineAfter);
    assert.ok(mine);
    assert.equal(edited(edited(base, theirs), rebased(mine, theirs)), expected, mineAfter);
  }
});

test("the caret stays with the word it was at", () => {
  const base = "The room is warm.";
  const theirs: Splice[] = [{ at: 0, remove: 3, insert: "One" }, { at: 4, remove: 0, insert: "bed" }];
  const after = edited(base, theirs);
  assert.equal(after.slice(0, caretAfter(8, undefined, theirs)), "One bedroom");

  const mine = difference(base, "The room is very warm.");
  assert.ok(mine);
  const merged = edited(after, rebased(mine, theirs));
  assert.equal(merged, "One bedroom is very warm.");
  // at the end of what I typed, inside it, and after it
  assert.equal(merged.slice(0, caretAfter(17, mine, theirs)), "One bedroom is very ");
  assert.equal(merged.slice(0, caretAfter(14, mine, theirs)), "One bedroom is ve");
  assert.equal(merged.slice(0, caretAfter(21, mine, theirs)), "One bedroom is very warm");
});

test("random edits on both sides keep both, wherever they fall", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  for (let round = 0; round < 2000; round += 1) {
    const base = "abcdefghijklmnop".slice(0, random(17));
    const any = (text: string, insert: string): Splice => {
      const at = random(text.length + 1);
      return { at, remove: random(text.length - at + 1), insert };
    };
    const mine = any(base, random(2) === 0 ? "MINE" : "");
    const first = any(base, "<1>");
    const second = any(apply(base, first), "<2>");
    const theirText = edited(base, [first, second]);
    const merged = edited(theirText, rebased(mine, [first, second]));
    if (mine.insert !== "") assert.ok(merged.includes("MINE"), `${base} ${JSON.stringify([mine, first, second])}`);
    if (theirText.includes("<2>")) assert.ok(merged.replace("MINE", "").includes("<2>"));
    const mineAfter = apply(base, mine);
    for (let caret = 0; caret <= mineAfter.length; caret += 1) {
      const place = caretAfter(caret, mine, [first, second]);
      assert.ok(place >= 0 && place <= merged.length, `${place} in ${merged}`);
    }
    // nothing that either removed comes back
    for (const letter of base) {
      const kept = mineAfter.includes(letter) && theirText.includes(letter);
      assert.equal(merged.includes(letter), kept);
    }
  }
});

test("a long text is cut into pieces between characters", () => {
  assert.deepEqual(pieces("abcde", 2), ["ab", "cd", "e"]);
  assert.deepEqual(pieces("a\u{1F600}b", 2), ["a", "\u{1F600}", "b"]);
  assert.deepEqual(pieces("", 2), []);
});

test("words added are counted as a reader counts them, wherever in the text they are", () => {
  assert.equal(wordsAdded("", ""), 0);
  assert.equal(wordsAdded("", "  He said: no \u2013 not now. "), 5);
  assert.equal(wordsAdded("", "\u0623\u0631\u064A\u062F \u0623\u0645\u064A"), 2);
  assert.equal(wordsAdded("one two three", "zero one two three four"), 2);
  assert.equal(wordsAdded("no no", "no no no"), 1);
  assert.equal(wordsAdded("one two three", "one three"), 0);
});
