// A text of a row with a visible label above it, or the plain words for those who may only read.
import { textPath, type RowPath } from "../record/changes.ts";
import { h, newId, setText } from "./element.ts";
import type { Room } from "./room.ts";
import { TextField } from "./text_field.ts";

export interface LabelledTextOptions {
  room: Room;
  document: string;
  row: RowPath;
  field: string;
  /** Key of the sheet, for telling where I write. */
  sheet: string;
  label: string;
  may: "edit" | "read";
  class?: string;
}

export class LabelledText {
  readonly element: HTMLElement;
  readonly #field: TextField | undefined;
  readonly #words = h("p", { class: "entry__words", dir: "auto" });

  constructor({ room, document, row, field, sheet, label, may, class: extra }: LabelledTextOptions) {
    const id = newId(field);
    if (may === "edit") {
      const path = textPath(row, field);
      this.#field = new TextField({ room, document, path, place: { sheet, row: row.id }, label, id, class: "entry__field" });
    }
    this.element = h(
      "div",
      { class: `field field--text ${extra ?? ""}`.trim() },
      may === "edit" ? h("label", { class: "field__label", for: id }, label) : h("p", { class: "field__label" }, label),
      this.#field?.element ?? this.#words,
    );
  }

  update(text: string): void {
    if (this.#field !== undefined) this.#field.update();
    else {
      setText(this.#words, text);
      this.element.hidden = text === "";
    }
  }

  stopEditing(): void {
    if (this.#field !== undefined) this.#field.area.readOnly = true;
  }
}
