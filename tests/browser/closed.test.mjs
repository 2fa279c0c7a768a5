// The chair closes part of the meeting, and puts a question that each answers unseen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor, demo, launch, professionalOf, withRole } from "./people.mjs";

const open = demo.meetings.find((meeting) => !meeting.locked);
const SECTION = "Since we last met";
const SECRET = "Counsel advises an application this week.";
const WHY = "Legal advice is privileged.";
const QUESTION = "How safe is the child today?";
const MINE = "I feel safer at my sister’s.";

/** Under the bar it says, all the time, that one is in it. */
async function isIn(visitor) {
  await visitor.page.locator(".closed-strip").getByText("You are in closed session 1").waitFor();
}

async function isOut(visitor) {
  await visitor.page.locator(".closed-strip").waitFor({ state: "hidden" });
}

test("what is said in a closed session is for those in it, and answers are seen all at once", async (t) => {
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

  await t.test("the chair opens it by keyboard, and those in it are told without loading the page again", async () => {
    await chair.page.getByText("Close part of the meeting").focus();
    await chair.page.keyboard.press("Enter");
    const form = chair.page.getByRole("form", { name: "Open a closed session" });
    await form.getByRole("button", { name: "Professionals only" }).press("Enter");
    await form.getByLabel("Why it is closed").selectOption("confidential_information");
    await form.getByLabel("Reason, in your words").fill(WHY);
    await chair.findsPageAccessible("the form that opens a closed session");
    await form.getByRole("button", { name: "Open the closed session" }).press("Enter");
    await isIn(chair);
    await isIn(police);
    await police.sees(`read by ${chair.person.name}`);
    await chair.findsPageAccessible("the live page of a chair in a closed session");
    await police.findsPageAccessible("the live page of a professional in a closed session");
    await police.findsPageFits("the live page in a closed session", 360);
  });

  await t.test("what they add goes to it, and the mother's page shows nothing of it", async () => {
    await police.adds(SECTION, SECRET);
    await chair.sees(SECRET);
    await chair.sees("Closed session 1");
    await chair.adds(SECTION, "For everyone again.", "Everyone, the family too");
    await mother.sees("For everyone again.");
    for (const text of [SECRET, WHY, "closed session", "Closed session", "closed-1"]) await mother.seesNot(text);
    assert.ok(!(await mother.page.content()).includes("closed-1"));
  });

  await t.test("who is taken out sees it no more, and who is let in again sees it", async () => {
    await chair.page.getByRole("button", { name: `Take out ${police.person.name}` }).click();
    await isOut(police);
    await police.page.waitForFunction((text) => ![...document.querySelectorAll("textarea")].some(({ value }) => value.includes(text)), SECRET);
    await police.seesNot(SECRET);
    await police.adds(SECTION, "Outside again.");
    await mother.sees("Outside again.");
    await chair.page.getByLabel("Let somebody in").selectOption({ label: police.person.name });
    await chair.sees("They will read everything that has been written in this closed session.");
    await chair.page.getByRole("button", { name: "Let them in" }).click();
    await isIn(police);
    await police.sees(SECRET);
  });

  await t.test("it ends, and what is added is for everyone", async () => {
    await chair.page.getByRole("button", { name: "End the closed session" }).click();
    await isOut(chair);
    await isOut(police);
    await police.sees(SECRET);
    await police.adds(SECTION, "After the closed session.");
    await mother.sees("After the closed session.");
  });

  await t.test("each answers unseen, and the chair shows all of it at once", async () => {
    await chair.page.getByText("Ask a question that each answers unseen").click();
    const form = chair.page.getByRole("form", { name: "Ask a question" });
    await form.getByLabel("Question").fill(QUESTION);
    await chair.findsPageAccessible("the form that asks a question");
    await form.getByRole("button", { name: "Ask" }).click();
    await mother.sees(QUESTION);
    const answer = mother.page.getByRole("form", { name: "Your answer" });
    await answer.getByLabel("Your answer, from 0").selectOption("4");
    await answer.getByLabel("Why, in your words").fill(MINE);
    await mother.findsPageAccessible("a question to answer");
    await answer.getByRole("button", { name: "Give my answer" }).press("Enter");
    await mother.sees("Given: 4 of 10");
    const line = chair.page.getByRole("listitem").filter({ hasText: mother.person.name }).filter({ hasText: "has answered" });
    await line.first().waitFor();
    for (const visitor of [chair, police]) await visitor.seesNot(MINE);
    await chair.page.getByRole("button", { name: "Show all answers to everyone" }).click();
    await chair.sees("Nobody can give or change an answer afterwards.");
    await chair.page.getByRole("button", { name: "Yes, show them now" }).click();
    for (const visitor of [chair, police, mother]) {
      await visitor.sees(MINE);
      await visitor.sees("did not answer");
    }
    await mother.findsPageAccessible("answers that are shown");
    await mother.page.goto(`/meetings/${open.id}/record`);
    await mother.sees(MINE);
    await mother.seesNot(SECRET);
    await mother.findsPageAccessible("the record with answers");
  });
  for (const visitor of [chair, police, mother]) assert.deepEqual(visitor.complaints, []);
});
