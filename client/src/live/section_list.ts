// The list of sections: where one is, how much is in each, and what is new in those not on the screen.
import { h, setText, unseen } from "./element.ts";
import type { Sheet } from "./sheet.ts";

interface Item {
  sheet: Sheet;
  link: HTMLAnchorElement;
  count: HTMLElement;
  news: HTMLElement;
  fresh: number;
}

export class SectionList {
  readonly element: HTMLElement;
  readonly #items: Item[];
  #current = "";

  constructor(sheets: readonly Sheet[]) {
    this.#items = sheets.map(item);
    this.element = h("ol", { class: "sections" }, ...this.#items.map(({ link }) => h("li", {}, link)));
  }

  /** Marks where the reader is. */
  show(key: string): void {
    this.#current = key;
    for (const { sheet, link } of this.#items) {
      if (sheet.key === key) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.seen(key);
  }

  /** Others have added to a section that is not on the screen. */
  fresh(key: string, rows: number): void {
    const found = this.#items.find(({ sheet }) => sheet.key === key);
    if (found === undefined || key === this.#current) return;
    found.fresh += rows;
    setText(found.news, `${found.fresh} new`);
  }

  seen(key: string): void {
    const found = this.#items.find(({ sheet }) => sheet.key === key);
    if (found === undefined) return;
    found.fresh = 0;
    setText(found.news, "");
  }

  update(): void {
    for (const { sheet, count } of this.#items) setText(count, sheet.summary);
  }
}

function item(sheet: Sheet): Item {
  const count = h("span", { class: "sections__count" });
  const news = h("span", { class: "sections__news" });
  const link = h("a", { class: "sections__link", href: `#sheet-${sheet.key}` });
  link.append(h("span", { class: "sections__name" }, sheet.heading), unseen(" "), news, unseen(" "), count);
  return { sheet, link, count, news, fresh: 0 };
}
