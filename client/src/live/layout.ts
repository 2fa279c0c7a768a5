// Where things stand: sections at the left, the one being written in the middle, who is here at the right. On a phone
// the two sides fold into disclosures under the bar. One section at a time, so that what others add elsewhere moves
// nothing here; or all of them on one page, for reading through and for searching.
import { h, leavingBy, setText } from "./element.ts";
import { SectionList } from "./section_list.ts";
import type { Sheet } from "./sheet.ts";

export interface LayoutParts {
  bar: HTMLElement;
  panel: HTMLElement;
  roster: HTMLElement;
  work: HTMLElement;
  announcer: HTMLElement;
  sheets: readonly Sheet[];
  /** Where to see who wrote which words; null for those who may not. */
  history: string | null;
  /** Goes to a page, once everything is saved. */
  leave: (href: string) => void;
  /** Key of the sheet shown first. */
  first: string;
  /** A sheet has come on the screen. */
  shown: (sheet: Sheet) => void;
}

const WIDE = "(min-width: 48rem)";
const ANCHOR = "#sheet-";

export class Layout {
  readonly #parts: LayoutParts;
  readonly #list: SectionList;
  readonly #columns = h("div", { class: "live__columns" });
  readonly #left: HTMLDetailsElement;
  readonly #right: HTMLDetailsElement;
  readonly #leftSummary = h("summary", { class: "fold__summary" });
  readonly #rightSummary = h("summary", { class: "fold__summary" });
  readonly #middle: HTMLElement;
  readonly #all = h("button", { class: "quiet sections__all", type: "button", "aria-pressed": "false" }, "Show everything on one page");
  readonly #wide = window.matchMedia(WIDE);
  #current = "";
  /** The row an address leads to, until it is there. */
  #row = "";
  #closed = false;

  constructor(root: HTMLElement, parts: LayoutParts) {
    this.#parts = parts;
    this.#list = new SectionList(parts.sheets);
    this.#left = h(
      "details",
      { class: "fold fold--sections" },
      this.#leftSummary,
      h("nav", { "aria-label": "Sections of the record" }, this.#list.element, this.#all, historyLink(parts)),
    );
    this.#right = h(
      "details",
      { class: "fold fold--roster" },
      this.#rightSummary,
      // It scrolls by itself when many are here, so it can be reached by keyboard.
      h("aside", { "aria-label": "In the room", tabindex: 0 }, h("h2", { class: "govuk-heading-s roster__title" }, "In the room"), parts.roster),
    );
    this.#middle = h("div", { class: "live__middle" }, parts.panel, parts.work);
    root.replaceChildren(parts.bar, this.#columns, parts.announcer);
    root.classList.add("live");
    this.#listen();
    this.#place();
    this.#row = this.#rowInAddress();
    this.#go(this.#keyInAddress() ?? parts.first);
  }

  /** Brings a sheet on the screen and the reader to its beginning. */
  show(key: string): void {
    const address = ANCHOR + key;
    const there = this.#keyInAddress() ?? (key === this.#parts.first ? key : undefined);
    if (there !== key) window.history.pushState(null, "", address);
    this.#go(key);
    const sheet = this.#parts.sheets.find((one) => one.key === key);
    const showsAll = this.#parts.work.classList.contains("live__sheets--all");
    if (showsAll) sheet?.title.scrollIntoView({ block: "start", behavior: "instant" });
    else this.#backToTop();
    sheet?.title.focus({ preventScroll: true });
  }

  /** Brings a sheet on the screen and leaves the focus where it is. */
  follow(key: string): void {
    if (key === this.#current || !this.#parts.sheets.some((sheet) => sheet.key === key)) return;
    window.history.replaceState(null, "", ANCHOR + key);
    this.#go(key);
    this.#backToTop();
  }

  fresh(key: string): void {
    this.#list.fresh(key, 1);
  }

  /** Takes the record off the screen: it is no longer for whoever sits before it. What the panel says stays. */
  close(): void {
    this.#closed = true;
    this.#parts.work.remove();
    this.#columns.replaceChildren(this.#middle);
    this.#columns.classList.add("live__columns--closed");
  }

  update(here: number): void {
    this.#list.update();
    setText(this.#rightSummary, `In the room: ${here}`);
    this.#goToRow();
  }

  #listen(): void {
    this.#wide.addEventListener("change", () => this.#place());
    window.addEventListener("hashchange", () => {
      const key = this.#keyInAddress() ?? this.#parts.first;
      this.#row = this.#rowInAddress();
      if (key !== this.#current) this.show(key);
      this.#goToRow();
    });
    window.addEventListener("scroll", () => this.#followReader(), { passive: true });
    this.#list.element.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (!this.#wide.matches) this.#left.open = false;
      this.show(link.hash.slice(ANCHOR.length));
    });
    this.#all.addEventListener("click", () => {
      const all = this.#parts.work.classList.toggle("live__sheets--all");
      this.#all.setAttribute("aria-pressed", String(all));
      setText(this.#all, all ? "Show one section at a time" : "Show everything on one page");
      this.#go(this.#current);
    });
  }

  #go(key: string): void {
    this.#current = key;
    const all = this.#parts.work.classList.contains("live__sheets--all");
    for (const sheet of this.#parts.sheets) {
      const here = sheet.key === key;
      sheet.element.classList.toggle("sheet--elsewhere", !here && !all);
      if (here) {
        setText(this.#leftSummary, `Section: ${sheet.heading}`);
        this.#parts.shown(sheet);
      }
    }
    this.#list.show(key);
  }

  /** With everything on one page, marks the sheet being read: the last whose heading has come up under the bar. */
  #followReader(): void {
    if (!this.#parts.work.classList.contains("live__sheets--all")) return;
    const under = this.#parts.bar.getBoundingClientRect().bottom + 80;
    const begun = this.#parts.sheets.filter(({ title }) => title.getBoundingClientRect().top < under);
    const reading = begun.at(-1)?.key ?? this.#parts.sheets[0]?.key;
    if (reading !== undefined && reading !== this.#current) this.#go(reading);
  }

  /** Reading order is the order on the screen, on a phone too. */
  #place(): void {
    if (this.#closed) return;
    const wide = this.#wide.matches;
    this.#left.open = wide;
    this.#right.open = wide;
    const order = wide ? [this.#left, this.#middle, this.#right] : [this.#left, this.#right, this.#middle];
    this.#columns.replaceChildren(...order);
  }

  #backToTop(): void {
    const top = this.#columns.getBoundingClientRect().top + window.scrollY - this.#parts.bar.offsetHeight;
    if (window.scrollY > top) window.scrollTo({ top, behavior: "instant" });
  }

  /** After the sheet's key: "#sheet-plan/<row>". */
  #rowInAddress(): string {
    return this.#keyInAddress() === undefined ? "" : (decodeURIComponent(window.location.hash).split("/")[1] ?? "");
  }

  /** Brings the reader to the row they came for, once, when it has arrived. */
  #goToRow(): void {
    const row = this.#row === "" ? null : document.getElementById(`row-${this.#row}`);
    if (row === null) return;
    this.#row = "";
    row.scrollIntoView({ block: "center", behavior: "instant" });
    row.querySelector<HTMLElement>("textarea, select, input, button")?.focus({ preventScroll: true });
  }

  #keyInAddress(): string | undefined {
    const [key = ""] = decodeURIComponent(window.location.hash).slice(ANCHOR.length).split("/");
    return window.location.hash.startsWith(ANCHOR) && this.#parts.sheets.some((sheet) => sheet.key === key) ? key : undefined;
  }
}

function historyLink({ history, leave }: LayoutParts): HTMLElement | false {
  if (history === null) return false;
  const link = leavingBy(h("a", { class: "govuk-link", href: history }, "Who wrote which words"), leave);
  return h("p", { class: "sections__history" }, link);
}
