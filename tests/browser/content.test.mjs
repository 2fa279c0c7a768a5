// What a record must hold before it is locked: shown where people write, and listed with a way to each place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Visitor, demo, launch, withRole } from "./people.mjs";

const open = demo.meetings.find(({ locked }) => !locked);
const PHONE = 320;

test("a decision needs its reason, an action its outcome, and the review leads to what is missing", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const chair = await Visitor.arrive(browser, withRole("chair"));
  await chair.signIn();
  // Somebody who wants to look at the pages names a folder for it.
  const folder = process.env.ACCORD_SCREENSHOTS;
  const shot = (name) => folder && chair.page.screenshot({ fullPage: true, path: `${folder}/${name}.png` });

  // A file goes with the record, and with the words it belongs to.
  await chair.page.goto(`/meetings/${open.id}/files`);
  await chair.page.getByLabel("What it is").fill("A drawing of the house");
  await chair.page.getByRole("button", { name: "Add the file" }).click();
  await chair.sees("Choose a file");
  await chair.findsPageAccessible("the files, with an error");
  assert.equal(await chair.page.getByLabel("What it is").inputValue(), "A drawing of the house");
  const picture = Buffer.from("89504e470d0a1a0a00", "hex");
  await chair.page.getByLabel("The file").setInputFiles({ name: "house.png", mimeType: "image/png", buffer: picture });
  await chair.page.getByRole("button", { name: "Add the file" }).click();
  await chair.page.getByRole("link", { name: "A drawing of the house" }).waitFor();
  await chair.findsPageAccessible("the files");
  await chair.findsPageFits("the files", PHONE);
  await shot("files");

  // How a child stands is said once and seen by everybody.
  await chair.page.goto(`/meetings/${open.id}/children/${demo.children[0].id}/status`);
  await chair.page.getByLabel("Day").first().fill("3");
  await chair.page.getByLabel("Month").first().fill("5");
  await chair.page.getByLabel("Year").first().fill("2026");
  await chair.page.getByRole("button", { name: "Save" }).click();
  await chair.sees("Child protection plan since 3 May 2026");

  await chair.page.goto(`/meetings/${open.id}#sheet-decisions`);
  await chair.sees("Child protection plan since 3 May 2026");
  const form = chair.page.getByRole("form", { name: "Add a decision" });
  await form.getByLabel("Add a decision").fill("The plan goes on.");
  await form.getByRole("button", { name: "Add decision" }).click();
  await form.getByText("Write the reason, then add the decision").waitFor();
  await chair.findsPageAccessible("a decision without a reason");
  await shot("decisions");
  await form.getByLabel("Reason (needed)").fill("It works.");
  await form.getByRole("button", { name: "Add decision" }).click();

  await chair.page.goto(`/meetings/${open.id}#sheet-plan`);
  const plan = chair.page.getByRole("form", { name: "Add an action" });
  await plan.getByLabel("Add an action: what will be done").fill("Monitor the mornings");
  await plan.getByRole("button", { name: "Add action" }).click();
  await chair.sees("“monitor” leaves open what will be done.");
  await chair.findsPageAccessible("the plan with a hint");
  await shot("plan");

  await chair.page.getByText("Saved", { exact: false }).first().waitFor();
  await chair.page.getByRole("button", { name: "Review and lock" }).click();
  await chair.page.getByRole("heading", { level: 1, name: "Review and lock the record" }).waitFor();
  await chair.page.getByRole("heading", { name: "What could be better" }).waitFor();
  await chair.findsPageAccessible("the review with something in the way");
  await chair.findsPageFits("the review with something in the way", PHONE);
  await shot("review");
  await chair.page.getByRole("link", { name: /Nobody is named to do “Monitor the mornings”/ }).click();
  await chair.page.waitForFunction(() => document.activeElement?.closest("[data-row]") != null);
  const row = await chair.page.evaluate(() => document.activeElement.closest("[data-row]").textContent);
  assert.match(row, /Who/u);
});
