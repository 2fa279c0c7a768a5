// A meeting from signing in to the locked record, by four people at four browsers.
import assert from "node:assert/strict";
import test from "node:test";
import { Visitor, demo, launch, professionalOf, withRole } from "./people.mjs";

const SECTION = "Since we last met";
const meeting = demo.meetings.find(({ locked }) => !locked);

test("four people write one record together, and the chair locks it", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const arrive = (person) => Visitor.arrive(browser, person);
  const chair = await arrive(withRole("chair"));
  const police = await arrive(professionalOf(/police/i));
  const mother = await arrive(withRole("family"));
  const everyone = [chair, police, mother];

  /** A step that later ones build on: when it fails, they are not tried. */
  const step = async (name, body) => {
    let failure;
    await t.test(name, async () => {
      try {
        await body();
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    if (failure !== undefined) throw new Error(`stopped at "${name}"`);
  };

  await step("they sign in and find the meeting", async () => {
    await chair.page.goto("/");
    await chair.page.goto("/sign-in");
    await chair.findsPageAccessible("the sign-in page");
    for (const visitor of everyone) await visitor.signIn();
    await chair.findsPageAccessible("the list of meetings");
    await chair.findsPageFits("the list of meetings", 320);
    for (const visitor of everyone) {
      const link = visitor.page.locator(`a[href="/meetings/${meeting.id}"]`);
      assert.equal(await link.count(), 1, `${visitor.person.role} has no link to the meeting`);
    }
  });

  await step("they open the record, and it says that every word is saved", async () => {
    await Promise.all(everyone.map((visitor) => visitor.openMeeting(meeting)));
    for (const visitor of everyone) await visitor.turnTo(SECTION);
    await chair.findsPageAccessible("the live record");
    await chair.findsPageFits("the live record", 320);
  });

  await step("what one adds, the others see", async () => {
    await chair.adds(SECTION, "The health visitor saw both children at home.");
    await police.sees("The health visitor saw both children at home.");
    await mother.sees("The health visitor saw both children at home.");
  });

  await step("two people type in one text, and both keep every letter", async () => {
    const theirs = police.said(chair.person.name).last();
    await theirs.click();
    await theirs.press("Control+End");
    await theirs.pressSequentially(" On two days.", { delay: 20 });
    await chair.sees("saw both children at home. On two days.");
    const mine = chair.said(chair.person.name).last();
    await mine.click();
    await mine.press("Control+Home");
    await Promise.all([
      mine.pressSequentially("In May: ", { delay: 30 }),
      theirs.pressSequentially(" And once at nursery.", { delay: 20 }),
    ]);
    const whole = "In May: The health visitor saw both children at home. On two days. And once at nursery.";
    for (const visitor of everyone) await visitor.sees(whole);
    for (const visitor of everyone) await visitor.sees("Every word saved");
  });

  await step("what is for professionals alone does not reach the family", async () => {
    await police.adds(SECTION, "An address check is under way.", "Professionals only");
    await chair.sees("An address check is under way.");
    // Sent after it on the same connection's way, so the mother would have had the other one by now.
    await chair.adds(SECTION, "The family came on time.");
    await mother.sees("The family came on time.");
    await mother.seesNot("An address check is under way.");
  });

  await step("words written without a network are kept, and arrive when it is back", async () => {
    await police.context.setOffline(true);
    await police.adds(SECTION, "Written on the train.");
    await police.sees("Not saved yet");
    await chair.seesNot("Written on the train.");
    await chair.adds(SECTION, "Written meanwhile in the room.");
    await police.context.setOffline(false);
    await chair.sees("Written on the train.");
    await police.sees("Written meanwhile in the room.");
    await police.sees("Every word saved");
  });

  await step("the record can be read without the live page", async () => {
    await mother.page.goto(`/meetings/${meeting.id}/record`);
    await mother.sees("The family came on time.");
    await mother.seesNot("An address check is under way.");
    await mother.findsPageAccessible("the record");
    await mother.findsPageFits("the record", 320);
    await mother.openMeeting(meeting);
  });

  await step("only the chair is offered the lock", async () => {
    assert.equal(await police.page.getByRole("button", { name: "Review and lock" }).count(), 0);
    await chair.page.getByRole("button", { name: "Review and lock" }).click();
    await chair.page.getByRole("heading", { level: 1, name: "Review and lock the record" }).waitFor();
    await chair.findsPageAccessible("the review page");
    await chair.findsPageFits("the review page", 320);
  });

  await step("the chair locks; everybody's page says so and takes no more words", async () => {
    for (const box of await chair.page.getByRole("checkbox").all()) await box.check();
    for (const why of await chair.page.getByLabel(/Why is the record locked all the same/).all()) await why.fill("Agreed at the table.");
    await chair.page.getByLabel("Your password").fill(chair.person.password);
    await chair.page.getByRole("button", { name: "Lock and sign the record" }).click();
    await chair.sees("This record is locked and signed");
    for (const visitor of [police, mother]) {
      await visitor.sees("The record is locked");
      const writable = await visitor.page.locator("textarea:not([readonly]):not([disabled])").filter({ visible: true }).count();
      assert.equal(writable, 0, `${visitor.person.role} can still type`);
      await visitor.findsPageAccessible("the live record after the lock");
    }
  });

  await step("everybody finds their signed copy", async () => {
    for (const visitor of everyone) {
      await visitor.page.goto(`/meetings/${meeting.id}`);
      await visitor.sees("This record is locked and signed");
      await visitor.findsPageAccessible("the locked record");
      await visitor.findsPageFits("the locked record", 320);
      const pdf = await visitor.page.getByRole("link", { name: /PDF/ }).first().getAttribute("href");
      const answer = await visitor.context.request.get(pdf);
      assert.equal(answer.status(), 200);
      assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
    }
  });

  await step("no page complained", async () => {
    for (const visitor of everyone) assert.deepEqual(visitor.complaints, [], visitor.person.role);
  });
});
