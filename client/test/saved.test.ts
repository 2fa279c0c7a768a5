import assert from "node:assert/strict";
import { test } from "node:test";
import { aftermathOf, delayBefore } from "../src/sync/closing.ts";
import { type SavedFacts, isStored, savedInWords, savedState } from "../src/sync/saved.ts";

const facts: SavedFacts = { link: "connected", storage: "ok", loaded: true, allStored: true, unsavedWords: 0 };

test("saved is said only when the server has every head of mine", () => {
  assert.equal(isStored(["a", "b"], ["b", "c", "a"]), true);
  assert.equal(isStored(["a", "b"], ["b"]), false);
  assert.equal(isStored(["a"], []), false);
  assert.equal(isStored(["a"], undefined), false);
  assert.deepEqual(savedState(facts), { kind: "saved" });
  assert.deepEqual(savedState({ ...facts, allStored: false }), { kind: "saving" });
  assert.deepEqual(savedState({ ...facts, loaded: false }), { kind: "connecting" });
});

test("away from the network, it says how many words are only here", () => {
  const away = { ...facts, link: "away" } as const;
  assert.deepEqual(savedState(away), { kind: "away" });
  const unsaved = savedState({ ...away, allStored: false, unsavedWords: 12 });
  assert.deepEqual(unsaved, { kind: "unsaved", words: 12 });
  assert.equal(savedInWords(unsaved).short, "Not saved yet: 12 words are only on this device.");
  assert.equal(savedInWords({ kind: "unsaved", words: 1 }).short, "Not saved yet: 1 word is only on this device.");
  assert.equal(savedInWords({ kind: "unsaved", words: 0 }).short, "Not saved yet: your last change is only on this device.");
});

test("a server that can't store is said to be one, whatever the network does", () => {
  for (const link of ["connecting", "connected", "away"] as const) {
    assert.deepEqual(savedState({ ...facts, link, storage: "failing", unsavedWords: 3 }), { kind: "not_storing", words: 3 });
  }
});

test("each close code has its aftermath, and an unknown one is a broken line", () => {
  const table: [number, string][] = [
    [4400, "clone_again"],
    [4401, "signed_out"],
    [4403, "not_allowed"],
    [4409, "clone_again"],
    [4413, "clone_again"],
    [4423, "locked"],
    [4429, "reconnect_later"],
    [4500, "reconnect"],
    [4503, "reconnect_later"],
    [1006, "reconnect"],
  ];
  for (const [code, aftermath] of table) assert.equal(aftermathOf(code), aftermath, String(code));
});

test("attempts spread out: from half a second to fifteen, each within half of its wait", () => {
  assert.equal(delayBefore(0, "reconnect", 0), 250);
  assert.equal(delayBefore(0, "reconnect", 1), 500);
  assert.equal(delayBefore(3, "reconnect", 1), 4000);
  assert.equal(delayBefore(50, "reconnect", 0), 7500);
  assert.equal(delayBefore(50, "reconnect", 1), 15_000);
  assert.ok(delayBefore(0, "reconnect_later", 0) >= 5000);
});
