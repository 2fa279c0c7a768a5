import assert from "node:assert/strict";
import { test } from "node:test";
import { captions, kindOf, scaleChoices } from "../src/live/section_kind.ts";
import type { Entry } from "../src/record/weave.ts";

const rule = (holds: string, key = "one") => ({ key, heading: key, hint: "", mandatory: false, holds });
const entry = (text: string) => ({ text }) as Entry;

test("what a section is for says what is asked in it", () => {
  assert.equal(kindOf(rule("entries")).tool, false);
  assert.equal(kindOf(rule("childs_voice")).tool, true);
  assert.equal(kindOf(rule("entries", "childrens_views")).tool, true);
  assert.equal(kindOf(rule("scaling")).scale, true);
  assert.equal(kindOf(rule("cross_references")).source, "Where it is kept");
  assert.equal(kindOf(rule("equality")).prompts.length, 6);
  assert.equal(kindOf(rule("something newer")).add, "Add what was said");
});

test("a scale goes from 0 to 10, or has no number", () => {
  assert.deepEqual(scaleChoices().map(({ value }) => value), ["", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
});

test("each safety goal names the danger statement it answers", () => {
  const dangers = [entry("Sam is worried that Lena may stay awake")];
  const goals = [entry("Calm evenings"), entry("A second")];
  assert.deepEqual(captions(rule("danger_statement"), dangers, dangers), ["Danger statement 1"]);
  assert.deepEqual(captions(rule("safety_goal"), goals, dangers), [
    "Safety goal 1, in answer to danger statement 1: “Sam is worried that Lena may stay awake”",
    "Safety goal 2",
  ]);
  assert.deepEqual(captions(rule("entries"), goals, dangers), ["", ""]);
});
