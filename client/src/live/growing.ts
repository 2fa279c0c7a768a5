// A textarea that grows with what is in it, for words that are not in the record yet.
import { h } from "./element.ts";

export interface Growing {
  element: HTMLElement;
  area: HTMLTextAreaElement;
  /** Sets the text, and the height with it. */
  set(text: string): void;
}

export function growing(attributes: Record<string, string | number | boolean | undefined>): Growing {
  const area = h("textarea", { dir: "auto", spellcheck: "true", "data-writes": true, ...attributes, class: "grow__area" });
  const element = h("div", { class: "grow grow--box" }, area);
  const fit = () => {
    element.dataset["value"] = area.value;
  };
  area.addEventListener("input", fit);
  return {
    element,
    area,
    set(text) {
      area.value = text;
      fit();
    },
  };
}
