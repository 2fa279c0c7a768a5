// Removing asks once more, in place. There is no undoing: the record keeps what was removed, marked as such.
import { h, keepStill, unseen } from "./element.ts";

/** A button that, pressed, becomes a question; answered yes, it removes. */
export function confirmRemove(what: string, remove: () => void): HTMLElement {
  const ask = h("button", { class: "quiet", type: "button", "data-writes": true }, "Remove", unseen(` ${what}`));
  const yes = h("button", { class: "quiet quiet--warning", type: "button", "data-writes": true }, "Yes, remove it");
  const no = h("button", { class: "quiet", type: "button" }, "Keep it");
  const question = h("span", { class: "confirm", role: "group", "aria-label": `Remove ${what}?`, hidden: true });
  question.append("It will not be in the record. ", yes, " ", no);
  const element = h("span", { class: "confirm__slot" }, ask, question);
  const show = (asking: boolean) => {
    keepStill(() => {
      question.hidden = !asking;
      ask.hidden = asking;
    });
    (asking ? yes : ask).focus();
  };
  ask.addEventListener("click", () => show(true));
  no.addEventListener("click", () => show(false));
  question.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  yes.addEventListener("click", remove);
  return element;
}
