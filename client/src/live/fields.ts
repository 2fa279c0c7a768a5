// Native controls on scalar fields, with a label each: the browser's own accessibility.
import { type Child, type Meeting, seated } from "../record/meeting.ts";
import { h, newId } from "./element.ts";

export interface Choice {
  value: string;
  words: string;
}

export interface Field<C extends HTMLElement> {
  element: HTMLElement;
  control: C;
}

/** Choices from a table of words. */
export function choices(table: Record<string, string>): Choice[] {
  return Object.entries(table).map(([value, words]) => ({ value, words }));
}

/** Everyone with a seat, by name and what they are. */
export function seatChoices(meeting: Meeting): Choice[] {
  return seated(meeting).map(({ person, name, title }) => ({ value: person, words: title === "" ? name : `${name}, ${title}` }));
}

export function selectField(label: string, options: readonly Choice[], value: string): Field<HTMLSelectElement> {
  const id = newId("select");
  const control = h("select", { class: "govuk-select", id, "data-writes": true });
  control.append(...options.map(({ value, words }) => h("option", { value }, words)));
  control.value = value;
  return { element: h("div", { class: "field" }, labelFor(id, label), control), control };
}

export interface InputOptions {
  type?: "text" | "date" | "time";
  hint?: string;
  maxlength?: number;
  class?: string;
}

export function inputField(label: string, value: string, options: InputOptions = {}): Field<HTMLInputElement> {
  const id = newId("input");
  const hint = options.hint === undefined ? undefined : h("span", { class: "field__hint", id: `${id}-hint` }, options.hint);
  const control = h("input", {
    class: `govuk-input ${options.class ?? ""}`.trim(),
    id,
    type: options.type ?? "text",
    dir: options.type === undefined ? "auto" : undefined,
    autocomplete: "off",
    maxlength: options.type === undefined ? (options.maxlength ?? 500) : undefined,
    "aria-describedby": hint?.id,
    "data-writes": true,
  });
  control.value = value;
  return { element: h("div", { class: "field" }, labelFor(id, label), hint, control), control };
}

export function checkbox(label: string, checked: boolean): Field<HTMLInputElement> {
  const id = newId("check");
  const control = h("input", { class: "govuk-checkboxes__input", id, type: "checkbox", "data-writes": true });
  control.checked = checked;
  const element = h(
    "div",
    { class: "govuk-checkboxes__item" },
    control,
    h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, label),
  );
  return { element, control };
}

export interface ChildrenField {
  element: HTMLElement;
  /** Ids of the children ticked; none when that would be all of them, for "all" is what saying nothing means. */
  readonly chosen: string[];
  show(about: readonly string[]): void;
  onchange: () => void;
}

/** Which children something is about; nothing to choose, and nothing shown, when the meeting is about one. */
export function childrenField(children: readonly Child[], about: readonly string[]): ChildrenField | undefined {
  if (children.length < 2) return undefined;
  const boxes = children.map(({ id, name }) => ({ id, ...checkbox(name, about.includes(id)) }));
  const element = h(
    "fieldset",
    { class: "field field--children govuk-fieldset" },
    h("legend", { class: "field__label" }, "About ", h("span", { class: "field__hint" }, "(none ticked: all)")),
    h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...boxes.map((box) => box.element)),
  );
  const field: ChildrenField = {
    element,
    get chosen() {
      const ticked = boxes.filter(({ control }) => control.checked).map(({ id }) => id);
      return ticked.length === children.length ? [] : ticked;
    },
    show(now) {
      for (const { id, control } of boxes) control.checked = now.includes(id);
    },
    onchange: () => undefined,
  };
  element.addEventListener("change", () => field.onchange());
  return field;
}

/** Shows a value, unless somebody is in the middle of choosing another. */
export function showValue(control: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (document.activeElement !== control && control.value !== value) control.value = value;
}

/** Calls `set` with what was chosen: for a date or time, once one leaves the field or it is whole. */
export function onChosen(control: HTMLInputElement | HTMLSelectElement, set: (value: string) => void): void {
  let last = control.value;
  const settle = () => {
    if (control instanceof HTMLInputElement && control.validity.badInput) return;
    if (control.value !== last) set(control.value);
    last = control.value;
  };
  control.addEventListener("focus", () => {
    last = control.value;
  });
  control.addEventListener("change", settle);
}

/** Only that child, or those, in words; nothing when it is all of them. */
export function aboutWhom(children: readonly Child[], about: readonly string[]): string {
  const names = children.filter(({ id }) => about.includes(id)).map(({ name }) => name);
  return names.length === 0 || names.length === children.length ? "" : `about ${listed(names)}`;
}

/** "Ann", "Ann and Ben", "Ann, Ben and Cai". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

function labelFor(id: string, label: string): HTMLElement {
  return h("label", { class: "field__label", for: id }, label);
}
