// One page of the record: a section, who is here, the decisions, the plan. One is shown at a time.
import type { Touched } from "../record/touched.ts";
import { h } from "./element.ts";

export interface Sheet {
  readonly key: string;
  readonly heading: string;
  readonly element: HTMLElement;
  /** Where the reader arrives. */
  readonly title: HTMLElement;
  /** In a word or two, for the list of sections: how much is there. */
  readonly summary: string;
  /** Shows what has changed; `theirs` when others did it. */
  update(touched: Touched): void;
  /** Says who is writing in which row. */
  writing(row: string, names: readonly string[]): void;
}

export function sheetFrame(key: string, heading: string, hint: string): { element: HTMLElement; title: HTMLElement } {
  const title = h("h2", { class: "govuk-heading-l sheet__title", tabindex: -1, id: `title-${key}` }, heading);
  const element = h("section", { class: "sheet", id: `sheet-${key}`, "aria-labelledby": title.id }, title);
  if (hint !== "") element.append(h("p", { class: "sheet__hint" }, hint));
  return { element, title };
}
