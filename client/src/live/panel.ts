// The panel above the record for what must not be missed: the lock, a refusal, the end of the session. Words of mine
// that are not in the record are in it, to copy or to add again.
import { buttonLink, h, newId } from "./element.ts";

export interface RescuedText {
  where: string;
  text: string;
  /** Puts the text back where it can be added; missing when nothing may be added any more. */
  addAgain?: () => void;
}

export interface Notice {
  heading: string;
  words: string;
  link?: { href: string; words: string };
  rescued: readonly RescuedText[];
  /** What stands above the rescued texts. */
  rescuedHeading?: string;
}

export class Panel {
  readonly element = h("div", { class: "panel__slot" });

  show(notice: Notice): void {
    const heading = h("h2", { class: "govuk-heading-m panel__heading", tabindex: -1, id: newId("notice") }, notice.heading);
    const panel = h("section", { class: "panel", "aria-labelledby": heading.id }, heading, h("p", { class: "panel__words" }, notice.words));
    if (notice.link !== undefined) {
      panel.append(h("p", {}, buttonLink("", notice.link.href, notice.link.words)));
    }
    if (notice.rescued.length > 0) {
      panel.append(h("h3", { class: "govuk-heading-s" }, notice.rescuedHeading ?? "Your words"), ...notice.rescued.map(rescued));
    }
    this.element.replaceChildren(panel);
    window.scrollTo({ top: 0, behavior: "instant" });
    heading.focus();
  }

  /** Some text on this page is nowhere else. */
  get holdsText(): boolean {
    return this.element.querySelector(".rescued") !== null;
  }
}

function rescued({ where, text, addAgain }: RescuedText): HTMLElement {
  const id = newId("rescued");
  const area = h("textarea", { class: "govuk-textarea rescued__text", id, readonly: true, dir: "auto", rows: 3 });
  area.value = text;
  const copy = h("button", { class: "govuk-button govuk-button--secondary", type: "button" }, "Copy");
  copy.addEventListener("click", () => {
    area.select();
    const selected = () => copy.replaceChildren("Selected: press Ctrl and C");
    // Browsers give pages the clipboard over HTTPS alone.
    if (navigator.clipboard === undefined) selected();
    else navigator.clipboard.writeText(text).then(() => copy.replaceChildren("Copied"), selected);
  });
  const element = h("div", { class: "rescued" }, h("label", { class: "field__label", for: id }, where), area);
  const buttons = h("div", { class: "rescued__buttons" }, copy);
  if (addAgain !== undefined) {
    const again = h("button", { class: "govuk-button", type: "button" }, "Add again");
    again.addEventListener("click", () => {
      element.remove();
      addAgain();
    });
    buttons.append(again);
  }
  const drop = h("button", { class: "quiet", type: "button" }, "I don't need this");
  drop.addEventListener("click", () => {
    const next = element.nextElementSibling?.querySelector<HTMLElement>("button") ?? document.querySelector<HTMLElement>(".panel__heading");
    element.remove();
    next?.focus();
  });
  buttons.append(drop);
  element.append(buttons);
  return element;
}
