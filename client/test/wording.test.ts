import assert from "node:assert/strict";
import { test } from "node:test";
import { type Term, disrespectfulIn, jargonIn, vagueVerb } from "../src/record/wording.ts";

const term = (term: string, ...also: string[]): Term => ({ term, also, say: "other words" });
const wording = {
  vague: [term("monitor", "monitoring"), term("support"), term("continue to", "continue")],
  jargon: [term("SEND", "SEN"), term("CP-IS"), term("S47", "s.47"), term("contact")],
  disrespectful: [term("non-compliant", "not compliant"), term("addict")],
};

test("a vague verb is one that begins what will be done", () => {
  const cases: [string, string | undefined][] = [
    ["Monitor attendance", "monitor"],
    ["Visit weekly and monitor progress", "monitor"],
    ["Sam will support the mother.", "support"],
    ["Ring school; continue to visit", "continue to"],
    ["CONTINUE with the plan", "continue"],
    ["Arrange a family support worker for three mornings a week", undefined],
    ["Buy a baby monitor", undefined],
    ["Supportive letter to housing", undefined],
    ["", undefined],
  ];
  for (const [what, found] of cases) assert.equal(vagueVerb(wording, what)?.term, found, what);
});

test("short forms are found in capitals and words in any", () => {
  const cases: [string, string[]][] = [
    ["He has SEND.", ["SEND"]],
    ["Please send the report", []],
    ["CP\u2010IS was told; a s.47 followed", ["CP-IS", "s.47"]],
    ["Contact on Thursdays", ["contact"]],
    ["contactless", []],
  ];
  for (const [text, found] of cases) assert.deepEqual(jargonIn(wording, text).map(({ term }) => term), found, text);
});

test("words that judge are found with what to say", () => {
  assert.deepEqual(disrespectfulIn(wording, "She was Non\u2011Compliant."), [{ term: "non-compliant", say: "other words" }]);
  assert.deepEqual(disrespectfulIn(wording, "addicted to chess"), []);
});
