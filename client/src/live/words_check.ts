// A look at one's own words, for whoever asks: short forms others may not know, words that judge. It says so calmly, and
// changes nothing.
import { type Wording, disrespectfulIn, jargonIn } from "../record/wording.ts";
import { h } from "./element.ts";

/** What to say of a text, a line each. */
export function remarks(wording: Wording, text: string): string[] {
  return [
    ...disrespectfulIn(wording, text).map(({ term, say }) => `“${term}” may hurt whoever reads it. ${say}`),
    ...jargonIn(wording, text).map(({ term, say }) => `Not everybody knows “${term}”: ${say}.`),
  ];
}

export function wordsCheck(wording: Wording, text: () => string): HTMLElement {
  const told = h("div", { class: "words-check", role: "status" });
  const button = h("button", { class: "quiet", type: "button" }, "Check the words");
  button.addEventListener("click", () => {
    const found = remarks(wording, text());
    told.replaceChildren(
      found.length === 0
        ? h("p", { class: "field__hint" }, "Nothing to point out.")
        : h("ul", { class: "govuk-list govuk-list--bullet" }, ...found.map((remark) => h("li", {}, remark))),
    );
  });
  return h("div", { class: "field field--wide" }, button, told);
}
