// The chair takes a seat away and changes a role, and the pages of those concerned say so at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor, demo, launch, professionalOf, withRole } from "./people.mjs";

const open = demo.meetings.find((meeting) => !meeting.locked);

test("whose seat is taken away sees it at once, and the record no more", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const [chair, police, mother] = await Promise.all(
    [withRole("chair"), professionalOf(/police/i), withRole("family")].map((person) => Visitor.arrive(browser, person)),
  );
  for (const visitor of [chair, police, mother]) {
    await visitor.signIn();
    await visitor.openMeeting(open);
  }
  const text = "There are no arrears, and no complaint since the repair in October.";
  await police.turnTo("Since we last met");
  await police.sees(text);

  await t.test("an observer is told to open the meeting again, and then finds nothing to write in", async () => {
    await chair.page.getByRole("link", { name: "Change who sits here" }).click();
    await chair.page.getByRole("link", { name: `Change role of ${police.person.name}` }).click();
    await chair.page.getByLabel("Observer").check();
    await chair.page.getByRole("button", { name: "Change the role" }).click();
    await chair.sees("The role has been changed");
    await police.sees("Your role at this meeting has changed");
    await police.seesNot(text);
    await police.findsPageAccessible("a page whose role has changed");
    await police.page.getByRole("button", { name: "Open the meeting again" }).click();
    await police.sees("Every word saved");
    await police.turnTo("Since we last met");
    await police.sees(text);
    assert.equal(await police.page.locator("[data-writes]").count(), 0, "an observer is offered something to write in");
    await police.seesNot("The caution on file");
    await police.findsPageAccessible("the live page of an observer");
  });

  await t.test("the seat is taken away after a question", async () => {
    await chair.page.getByRole("link", { name: `Take seat away of ${police.person.name}` }).click();
    await chair.sees("Their page of this meeting closes at once");
    await chair.page.getByRole("button", { name: "Take the seat away" }).click();
    await chair.sees("The seat has been taken away");
    await chair.sees("No longer at the table");
    await police.sees("You are no longer at this meeting");
    await police.seesNot(text);
    await police.findsPageAccessible("a page whose seat was taken away");
    await police.page.reload();
    await police.sees("Your seat at this meeting was taken away");
    await police.findsPageAccessible("the address of a meeting whose seat was taken away");
  });

  await t.test("the others go on, and what was said stays under its name", async () => {
    await mother.turnTo("Since we last met");
    await mother.sees(text);
    await chair.openMeeting(open);
    await chair.turnTo("Since we last met");
    await chair.said(police.person.name).first().waitFor();
    await chair.seesNot("Somebody no longer listed");
  });

  await t.test("the seat is given back", async () => {
    await chair.page.getByRole("link", { name: "Change who sits here" }).click();
    await chair.page.getByRole("link", { name: `Give the seat back to ${police.person.name}` }).click();
    await chair.page.getByLabel("Professional").check();
    await chair.page.getByRole("button", { name: "Give the seat back" }).click();
    await chair.sees("The seat has been given back");
    await police.openMeeting(open);
    await police.turnTo("Since we last met");
    await police.sees("The caution on file");
  });
  for (const visitor of [chair, mother]) assert.deepEqual(visitor.complaints, []);
});
