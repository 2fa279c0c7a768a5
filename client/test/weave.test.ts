import assert from "node:assert/strict";
import { test } from "node:test";
import { ImmutableString } from "@automerge/automerge";
import type { EntryRow, RecordDocument } from "../src/record/schema.ts";
import { type Part, attendanceOf, decisionsOf, entriesOf, viewsOn } from "../src/record/weave.ts";
import { emptyDocument } from "./documents.ts";

const scalar = (text: string) => new ImmutableString(text);

function entry(pos: string, text: string): EntryRow {
  return { pos: scalar(pos), text, nature: scalar("fact"), source: scalar(""), by: scalar("ruth"), about: {} };
}

function part(name: string, fill: (doc: RecordDocument) => void): Part {
  const doc = emptyDocument();
  fill(doc);
  return { id: name, part: name, readers: name, doc };
}

function rows(doc: RecordDocument): Record<string, EntryRow> {
  const section = doc.sections["worries"];
  assert.ok(section);
  return section.entries;
}

test("the parts are woven into one by position, and each entry knows its part", () => {
  const main = part("main", (doc) => {
    rows(doc)["a"] = entry("a00", "first");
    rows(doc)["c"] = entry("a02", "third");
  });
  const professionals = part("professionals", (doc) => {
    rows(doc)["b"] = entry("a01", "second");
  });
  const woven = entriesOf([main, professionals], "worries");
  assert.deepEqual(woven.map(({ text }) => text), ["first", "second", "third"]);
  assert.deepEqual(woven.map(({ document }) => document), ["main", "professionals", "main"]);
  assert.deepEqual(entriesOf([main], "worries").map(({ text }) => text), ["first", "third"]);
});

test("what was removed is not shown, and a part that has not arrived is no part yet", () => {
  const main = part("main", (doc) => {
    rows(doc)["a"] = { ...entry("a00", "gone"), removed: { by: scalar("ruth"), at: scalar("2026-11-23T10:00:00Z") } };
    rows(doc)["b"] = entry("a01", "here");
  });
  const late: Part = { id: "late", part: "professionals", readers: "", doc: undefined };
  assert.deepEqual(entriesOf([late, main], "worries").map(({ text }) => text), ["here"]);
  assert.deepEqual(entriesOf([main], "no such section"), []);
});

test("values are plain strings, whichever string they were", () => {
  const main = part("main", (doc) => {
    rows(doc)["a"] = { ...entry("a00", "text"), about: { leo: true, amira: true } };
    doc.decisions["d"] = { pos: scalar("a00"), child: scalar("leo"), text: "Stay", rationale: "", category: scalar(""), agreed: true };
    doc.views["v"] = { decision: scalar("d"), agency: scalar(""), by: scalar("ruth"), position: scalar("agree"), reason: "" };
    doc.attendance["ruth"] = { status: scalar("present"), arrivedAt: scalar("10:00"), leftAt: "", note: "" };
  });
  assert.deepEqual(entriesOf([main], "worries")[0]?.about, ["amira", "leo"]);
  assert.deepEqual(decisionsOf([main])[0]?.child, "leo");
  assert.deepEqual(viewsOn([main], "d").map(({ position }) => position), ["agree"]);
  assert.deepEqual(viewsOn([main], "another"), []);
  assert.deepEqual(attendanceOf([main]).get("ruth")?.arrivedAt, "10:00");
});

test("a row that another client made without the optional fields reads as empty there", () => {
  const main = part("main", (doc) => {
    doc.decisions["d"] = { pos: scalar("a00"), child: scalar("leo"), text: "Stay", rationale: "" };
  });
  const [decision] = decisionsOf([main]);
  assert.deepEqual([decision?.category, decision?.outcome, decision?.threshold, decision?.agreed], ["", "", "", false]);
});
