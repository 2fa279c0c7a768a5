// People at their own browsers, and what they do on the pages: found by role and label, as anybody finds it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const baseUrl = process.env.BASE_URL;
export const demo = JSON.parse(readFileSync(process.env.DEMO_JSON, "utf8"));

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages in the background go on as if they were in front: two people look at two screens.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A browser with a fresh profile; close it when done. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: ARGS });
}

export function withRole(role) {
  const found = demo.people.find((person) => person.role === role);
  assert.ok(found, `nobody in the demo is a ${role}`);
  return found;
}

export function professionalOf(agency) {
  const found = demo.people.find((person) => person.role === "professional" && agency.test(person.agency));
  assert.ok(found, `no professional in the demo is of ${agency}`);
  return found;
}

export class Visitor {
  /** Somebody at a browser of their own, not signed in yet. */
  static async arrive(browser, person) {
    const context = await browser.newContext({ baseURL: baseUrl });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    return new Visitor(context, page, person);
  }

  constructor(context, page, person) {
    this.context = context;
    this.page = page;
    this.person = person;
    /** What the page complained of in the console: a journey ends without any. */
    this.complaints = [];
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !/net::ERR_INTERNET_DISCONNECTED/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
  }

  async signIn() {
    await this.page.goto("/sign-in");
    await this.page.getByLabel("Email address").fill(this.person.email);
    await this.page.getByLabel("Password").fill(this.person.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("heading", { level: 1, name: "Your meetings" }).waitFor();
  }

  async openMeeting(meeting) {
    await this.page.goto(`/meetings/${meeting.id}`);
    await this.sees("Every word saved");
  }

  /** Goes to a section of the live record. */
  async turnTo(heading) {
    await this.page.getByRole("link", { name: new RegExp(`^${escaped(heading)}`) }).click();
    await this.page.getByRole("heading", { level: 2, name: heading }).waitFor();
  }

  addBox(heading) {
    return this.page.getByRole("form", { name: `Add to ${heading}` });
  }

  /** Adds a statement; `readers` when it is not for everyone. */
  async adds(heading, text, readers) {
    const box = this.addBox(heading);
    await box.getByLabel("Add what was said").fill(text);
    if (readers !== undefined) await box.getByLabel("Who may read it").selectOption({ label: readers });
    await box.getByRole("button", { name: /^Add/ }).click();
  }

  /** The text fields of what this person has said. */
  said(name) {
    return this.page.getByLabel(new RegExp(`^What ${escaped(name)} said`));
  }

  /** Waits until the text is on the page, be it in a paragraph or in a field. */
  async sees(text) {
    await this.page.waitForFunction(holdsText, text, { timeout: PATIENCE_MS }).catch((error) => {
      throw new Error(`${this.person.role} does not see: ${text}`, { cause: error });
    });
  }

  async seesNot(text) {
    assert.equal(await this.page.evaluate(holdsText, text), false, `${this.person.role} sees: ${text}`);
  }

  /** No breach of WCAG 2.2 AA that a machine can find. */
  async findsPageAccessible(what) {
    await this.page.evaluate(axeSource);
    const breaches = await this.page.evaluate(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await globalThis.axe.run(document, { runOnly: tags });
      return violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join("\n    ")}`);
    });
    assert.deepEqual(breaches, [], `${what} has breaches of accessibility rules:\n${breaches.join("\n")}`);
  }

  /** The page is no wider than its window. */
  async findsPageFits(what, width) {
    const { height } = this.page.viewportSize() ?? { height: 720 };
    const before = this.page.viewportSize();
    await this.page.setViewportSize({ width, height });
    const excess = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (before !== null) await this.page.setViewportSize(before);
    assert.ok(excess <= 0, `${what} is ${excess} px too wide for a window of ${width} px`);
  }
}

/** Runs in the page. Fields count with their values. */
function holdsText(text) {
  const fields = [...document.querySelectorAll("textarea, input")].map((field) => field.value);
  return [document.body.innerText, ...fields].some((words) => words.includes(text));
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
