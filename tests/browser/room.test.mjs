// The chair runs the meeting: who is here makes it quorate or not, everybody is told where the chair is, a section is
// agreed, the decisions are read back and each says what they think.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor, demo, launch, professionalOf, withRole } from "./people.mjs";

const open = demo.meetings.find((meeting) => !meeting.locked);
const SECTION = "Since we last met";
const NOTE = "But not without her brother.";

test("the chair runs the meeting, and everybody goes with it in their own time", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const [chair, police, mother] = await Promise.all(
    [withRole("chair"), professionalOf(/police/i), withRole("family")].map((person) => Visitor.arrive(browser, person)),
  );
  for (const visitor of [chair, police, mother]) {
    await visitor.signIn();
    await visitor.openMeeting(open);
    await visitor.turnTo(SECTION);
  }
  const button = (name) => chair.page.getByRole("button", { name, exact: true });

  await t.test("everybody is told where the chair is, and nobody's focus is taken", async () => {
    await chair.page.getByText("Run the meeting").focus();
    await chair.page.keyboard.press("Enter");
    await chair.page.getByLabel("Section", { exact: true }).selectOption({ label: "Decisions" });
    await police.addBox(SECTION).getByLabel("Add what was said").focus();
    await button("Ask everyone to look here").press("Enter");
    const line = (visitor) => visitor.page.getByText("The chair is at: Decisions", { exact: true }).first();
    await line(police).waitFor();
    assert.ok(await police.addBox(SECTION).getByLabel("Add what was said").evaluate((box) => box === document.activeElement));
    await line(mother).waitFor();
    await mother.page.locator(".room-now__place").getByRole("link", { name: "Decisions" }).press("Enter");
    await mother.page.getByRole("heading", { level: 2, name: "Decisions", exact: true }).waitFor();
    await mother.findsPageAccessible("the live page with a word from the chair");
    await mother.findsPageFits("the live page with a word from the chair", 360);
  });

  await t.test("whoever goes with the chair is taken there", async () => {
    await police.page.getByLabel("Go with the chair while I am not writing").check();
    await police.page.evaluate(() => document.activeElement.blur());
    await chair.page.getByLabel("Section", { exact: true }).selectOption({ label: SECTION });
    await button("Ask everyone to look here").click();
    await chair.page.getByLabel("Section", { exact: true }).selectOption({ label: "Decisions" });
    await button("Ask everyone to look here").click();
    await police.page.locator("#sheet-decisions").waitFor({ state: "visible" });
    await police.findsPageAccessible("the live page of somebody who goes with the chair");
  });

  await t.test("a section is agreed, and a timer runs", async () => {
    await chair.page.getByLabel("Section", { exact: true }).selectOption({ label: SECTION });
    await button("Mark as agreed").click();
    await police.turnTo(SECTION);
    await police.sees("Agreed in the meeting at");
    await button("Start the timer").click();
    await mother.sees("minutes left");
    await chair.findsPageAccessible("the live page of a chair who runs the meeting");
    await chair.findsPageFits("the live page of a chair who runs the meeting", 360);
    await button("Stop the timer").click();
    await mother.page.locator(".room-now__timer").waitFor({ state: "hidden" });
  });

  await t.test("the decisions are read back, and what each says is seen as it comes in", async () => {
    await chair.turnTo("Decisions");
    await button("Read the decisions back").click();
    const mine = mother.page.getByRole("group", { name: "What you say to it" }).first();
    await mine.getByRole("button", { name: "I agree, with a note" }).click();
    await mother.sees("Say in the note what you agree with, or what not.");
    await mine.getByLabel("Note, if you have one").fill(NOTE);
    await mine.getByRole("button", { name: "I agree, with a note" }).press("Enter");
    for (const visitor of [chair, police, mother]) await visitor.sees(NOTE);
    await mother.findsPageAccessible("decisions that are read back");
    await mother.findsPageFits("decisions that are read back", 360);
    if (process.env.SHOTS !== undefined) {
      await chair.page.screenshot({ path: `${process.env.SHOTS}/chair.png` });
      await mother.page.setViewportSize({ width: 360, height: 1200 });
      await mother.page.screenshot({ path: `${process.env.SHOTS}/mother.png` });
    }
  });
  for (const visitor of [chair, police, mother]) assert.deepEqual(visitor.complaints.filter((one) => !/422/.test(one)), []);
});
