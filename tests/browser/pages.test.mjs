// Every page a person can come to, by somebody who may: no breach of accessibility rules, no wider than a phone.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Visitor, baseUrl, demo, launch, professionalOf, withRole } from "./people.mjs";

const PHONE = 320;
const locked = demo.meetings.find((meeting) => meeting.locked);
const open = demo.meetings.find((meeting) => !meeting.locked);

async function looksAt(visitor, path, heading) {
  await visitor.page.goto(path);
  await visitor.page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await visitor.findsPageAccessible(path);
  await visitor.findsPageFits(path, PHONE);
}

test("pages for everybody", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const stranger = await Visitor.arrive(browser, withRole("chair"));
  await looksAt(stranger, "/sign-in", "Sign in");
  await stranger.page.getByLabel("Email address").fill(stranger.person.email);
  await stranger.page.getByLabel("Password").fill("not the password");
  await stranger.page.getByRole("button", { name: "Sign in" }).click();
  await stranger.sees("The email address or the password is not right");
  await stranger.findsPageAccessible("sign-in after a wrong password");
  await looksAt(stranger, "/verify", /./);
  await looksAt(stranger, "/no-such-page", "Page not found");
  await looksAt(stranger, "/copy/no-such-link", "This link does not work");
});

test("pages of a chair", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const chair = await Visitor.arrive(browser, withRole("chair"));
  await chair.signIn();
  await looksAt(chair, "/meetings", "Your meetings");
  await looksAt(chair, "/meetings/new", "Create a meeting");
  await chair.page.getByText("What each kind of meeting needs").click();
  await chair.sees("A manager of children's social care");
  await chair.findsPageAccessible("the kinds of meeting");
  await chair.findsPageFits("the kinds of meeting", PHONE);
  await chair.page.getByLabel("What kind of meeting is it?").selectOption({ label: "Strategy discussion" });
  await chair.page.getByRole("checkbox", { name: withRole("family").name }).check();
  await chair.page.getByRole("group", { name: "Date", exact: true }).getByLabel("Day").fill("1");
  await chair.page.getByRole("group", { name: "Date", exact: true }).getByLabel("Month").fill("3");
  await chair.page.getByRole("group", { name: "Date", exact: true }).getByLabel("Year").fill("2027");
  await chair.page.getByLabel("Start time").fill("10:00");
  await chair.page.getByRole("checkbox", { name: demo.children[0].name }).check();
  await chair.page.getByRole("button", { name: "Create the meeting" }).click();
  await chair.page.getByRole("alert").getByText("The family has no seat at this kind of meeting").waitFor();
  await chair.findsPageAccessible("a meeting that the family has no seat at");
  await looksAt(chair, `/meetings/${open.id}/review`, "Review and lock the record");
  await looksAt(chair, `/meetings/${open.id}/record`, /./);
  await looksAt(chair, `/meetings/${open.id}/files`, "Files put with the record");
  await looksAt(chair, `/meetings/${open.id}/children/${demo.children[0].id}/status`, /stands$/);
  await looksAt(chair, `/meetings/${open.id}/history`, "History of the record");
  await looksAt(chair, `/meetings/${locked.id}/history`, "History of the record");
  await chair.page.getByRole("link", { name: /as it stands now/ }).click();
  await chair.page.getByRole("heading", { level: 1, name: "Who wrote which words" }).waitFor();
  await chair.findsPageAccessible("the record with its authors");
  await chair.findsPageFits("the record with its authors", PHONE);
  await chair.page.getByRole("link", { name: "Back to the history" }).click();
  await chair.page.getByRole("link", { name: /^Show the record as it stood then/ }).last().click();
  await chair.page.getByRole("heading", { level: 1, name: "The record as it stood" }).waitFor();
  await chair.findsPageAccessible("an earlier state");
  await chair.findsPageFits("an earlier state", PHONE);
  await looksAt(chair, `/meetings/${open.id}/before`, "Before the meeting");
  await looksAt(chair, `/meetings/${open.id}/before/invite`, "Invite somebody");
  await looksAt(chair, `/meetings/${locked.id}/before`, "Before the meeting");
  const police = professionalOf(/police/i);
  await looksAt(chair, `/meetings/${open.id}/people`, "People at the meeting");
  await looksAt(chair, `/meetings/${open.id}/people/${police.id}/role`, /What is .* at this meeting/);
  await looksAt(chair, `/meetings/${open.id}/people/${police.id}/withdraw`, /Take the seat of .* away/);
  await looksAt(chair, `/meetings/${open.id}/people/${chair.person.id}/role`, /./);
  await chair.page.getByLabel("Observer").check();
  await chair.page.getByRole("button", { name: "Change the role" }).click();
  await chair.sees("A meeting needs a chair");
  await chair.findsPageAccessible("a role that can't be changed");
  await looksAt(chair, `/meetings/${locked.id}`, /./);
  await looksAt(chair, `/meetings/${locked.id}/record`, /./);
  await looksAt(chair, `/agencies/${chair.person.agency_id}/case-records`, /./);
  await chair.page.getByRole("link", { name: demo.children[0].name }).first().click();
  await chair.findsPageAccessible("a child's case record");
  const editions = await chair.page.evaluate(
    (id) => fetch(`/api/v1/meetings/${id}/editions`).then((response) => response.json()),
    locked.id,
  );
  for (const edition of editions) await looksAt(chair, edition.html, /./);
});

test("deadlines, the next meeting and the end of a plan", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const chair = await Visitor.arrive(browser, withRole("chair"));
  await chair.signIn();
  await looksAt(chair, "/deadlines", "Deadlines");
  await looksAt(chair, "/deadlines?show=all", "Deadlines");
  await chair.page.getByLabel("Show").selectOption("all");
  await chair.page.getByRole("button", { name: "Show these" }).click();
  await chair.page.getByRole("link", { name: /^The core group meets again/ }).first().click();
  await chair.page.getByRole("heading", { level: 1, name: /The core group meets again/ }).waitFor();
  await chair.findsPageAccessible("one deadline");
  await chair.findsPageFits("one deadline", PHONE);
  await chair.page.getByRole("button", { name: "Say that it is done" }).click();
  await chair.sees("It is not done after all");
  await chair.findsPageAccessible("a deadline said to be done");
  await chair.page.getByRole("button", { name: "It is not done after all" }).click();
  await chair.sees("Say that it is done");

  await looksAt(chair, `/meetings/new?after=${locked.id}`, "Create a meeting");
  await chair.sees("This meeting follows one whose record is locked");
  await looksAt(chair, `/meetings/${locked.id}/end-plan`, "End this plan");
  await chair.page.getByRole("link", { name: "Say what became of the plan" }).click();
  await chair.page.getByRole("heading", { level: 1, name: "What became of this plan" }).waitFor();
  const results = chair.page.getByLabel("Could not be done");
  for (let n = 0; n < (await results.count()); n += 1) {
    await results.nth(n).check();
    if (n > 0) await chair.page.getByLabel(/^How you know/).nth(n).fill("The clinic has closed");
  }
  await chair.page.getByRole("button", { name: "Save what became of it" }).click();
  await chair.page.getByRole("alert").getByText("Say how you know, or why it could not be done").waitFor();
  await chair.findsPageAccessible("a plan with a row of which nothing is said");
  await chair.findsPageFits("a plan with a row of which nothing is said", PHONE);
  await chair.page.getByLabel(/^How you know/).first().fill("The clinic has closed");
  await chair.page.getByRole("button", { name: "Save what became of it" }).click();
  await chair.page.goto(`/meetings/${locked.id}/end-plan`);
  await chair.page.getByLabel("Why can the plan end?").fill("Every outcome is reached.");
  await chair.page.getByRole("button", { name: "Ask a manager to approve" }).click();
  await chair.sees("Waits for a manager");

  const manager = await Visitor.arrive(browser, withRole("manager"));
  await manager.signIn();
  await looksAt(manager, "/deadlines", "Deadlines");
  await looksAt(manager, "/plans", "Plans to end");
  await manager.page.getByRole("link", { name: /Core group/ }).first().click();
  await manager.page.getByRole("heading", { level: 1, name: "May this plan end?" }).waitFor();
  await manager.findsPageAccessible("a plan that waits for a manager");
  await manager.findsPageFits("a plan that waits for a manager", PHONE);
  await manager.page.getByRole("button", { name: "Send it back" }).click();
  await manager.page.getByRole("alert").getByText("Say what has to be done first").waitFor();
  await manager.findsPageAccessible("sent back without a reason");
  await manager.page.getByRole("button", { name: "Approve: the plan ends" }).click();
  await manager.sees("Approved: the plan has ended");
  await chair.page.goto(`/meetings/new?after=${locked.id}`);
  await chair.sees("no meeting follows");
});

test("a mother's copy, without an account", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const chair = await Visitor.arrive(browser, withRole("chair"));
  await chair.signIn();
  const { codes, deliveries } = await chair.page.evaluate(
    (id) => fetch(`/api/v1/meetings/${id}/deliveries`).then((response) => response.json()),
    locked.id,
  );
  assert.ok(codes.length > 0 && deliveries.length > 0);
  const { delivery, code } = codes[0];
  const letters = readdirSync(demo.mail_dir).filter((name) => name.startsWith(delivery));
  assert.equal(letters.length, 1);
  const link = readFileSync(join(demo.mail_dir, letters[0]), "utf8").replaceAll("=\r\n", "").match(/\/copy\/[\w-]+/)[0];

  const mother = await Visitor.arrive(browser, withRole("family"));
  await looksAt(mother, link, "Open your document");
  assert.doesNotMatch(await mother.page.title(), /Nowak|core group|child/i);
  await mother.page.getByLabel(/code/i).fill("00000000");
  await mother.page.getByRole("button", { name: /open/i }).click();
  await mother.sees("That is not the right code");
  await mother.findsPageAccessible("the copy after a wrong code");
  await mother.page.getByLabel(/code/i).fill(`${code.slice(0, 4)} ${code.slice(4)}`);
  await mother.page.getByRole("button", { name: /open/i }).click();
  await mother.page.getByRole("link", { name: /PDF/ }).first().waitFor();
  await mother.findsPageAccessible("the mother's copy");
  await mother.findsPageFits("the mother's copy", PHONE);
  const html = await mother.page.content();
  const kept = demo.protected.find(({ reader }) => reader === mother.person.id);
  for (const text of kept.strings) assert.ok(!html.includes(text), "a protected text is in the mother's copy");
  assert.equal(new URL(mother.page.url()).origin, new URL(baseUrl).origin);
});
