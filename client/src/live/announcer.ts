// What is said to those who hear the page. My own doings at once; other people's in calm summaries, never per keystroke.
import { h } from "./element.ts";

const SUMMARY_EVERY_MS = 12_000;

export class Announcer {
  readonly element = h("div", { class: "govuk-visually-hidden", role: "status", "aria-live": "polite" });
  readonly #waiting = new Set<string>();
  #summary: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.element.append(h("p", {}, text));
    while (this.element.childElementCount > 3) this.element.firstElementChild?.remove();
  }

  /** Told with whatever else others do in the next seconds. */
  tell(text: string): void {
    this.#waiting.add(text);
    this.#summary ??= setTimeout(() => {
      this.#summary = undefined;
      this.say(`${[...this.#waiting].slice(0, 4).join(". ")}.`);
      this.#waiting.clear();
    }, SUMMARY_EVERY_MS);
  }
}
