// A section of the record: its entries, from all the parts I may read, and the box to add to them.
import type { SectionRule } from "../record/meeting.ts";
import type { Touched } from "../record/touched.ts";
import { type Entry, entriesOf } from "../record/weave.ts";
import { AddBox } from "./add_box.ts";
import { arrange, h, setWritable, setText } from "./element.ts";
import { EntryRow } from "./entry_row.ts";
import { type Room, partsOf } from "./room.ts";
import { captions } from "./section_kind.ts";
import { type Sheet, sheetFrame } from "./sheet.ts";

export class SectionSheet implements Sheet {
  readonly key: string;
  readonly heading: string;
  readonly element: HTMLElement;
  readonly title: HTMLElement;
  readonly box: AddBox | undefined;
  readonly #room: Room;
  readonly #rule: SectionRule;
  readonly #list = h("ol", { class: "entries" });
  readonly #agreed = h("p", { class: "sheet__agreed", hidden: true });
  readonly #empty = h("p", { class: "sheet__empty" }, "Nothing has been written here yet.");
  readonly #rows = new Map<string, EntryRow>();
  /** The section of danger statements, if this one's goals answer them. */
  readonly #dangers: string | undefined;

  constructor(room: Room, rule: SectionRule) {
    this.#room = room;
    this.#rule = rule;
    this.key = rule.key;
    this.#dangers = rule.holds === "safety_goal" ? room.meeting.sections.find(({ holds }) => holds === "danger_statement")?.key : undefined;
    this.heading = rule.heading;
    const frame = sheetFrame(rule.key, rule.heading, rule.hint);
    this.element = frame.element;
    this.title = frame.title;
    this.element.append(this.#agreed, this.#empty, this.#list);
    if (room.meeting.may.write) {
      this.box = new AddBox(room, rule);
      this.element.append(this.box.element);
    }
  }

  get summary(): string {
    if (this.#rows.size > 0) return String(this.#rows.size);
    return this.#rule.mandatory ? "needed" : "";
  }

  /** "Agreed in the meeting at 10:42", or nothing. */
  agreed(words: string): void {
    this.#agreed.hidden = words === "";
    setText(this.#agreed, words);
  }

  update(touched: Touched): void {
    const ids = touched.entries.get(this.key);
    const answered = this.#dangers !== undefined && touched.entries.has(this.#dangers);
    if (!touched.all && ids === undefined && !answered) return;
    const entries = entriesOf(partsOf(this.#room), this.key);
    this.#empty.hidden = entries.length > 0;
    const rows = entries.map((entry) => this.#row(entry, touched.all || ids?.has(entry.id) === true));
    const dangers = this.#dangers === undefined ? [] : entriesOf(partsOf(this.#room), this.#dangers);
    captions(this.#rule, entries, dangers).forEach((caption, index) => rows[index]?.caption(caption));
    const here = new Set(entries.map(({ id }) => id));
    const gone = new Map([...this.#rows].filter(([id]) => !here.has(id)).map(([, row]) => [row.element as Element, row]));
    for (const [, row] of gone) this.#rows.delete(row.element.dataset["row"] ?? "");
    arrange(this.#list, rows.map((row) => row.element), (element) => gone.get(element)?.gone());
  }

  writing(row: string, names: readonly string[]): void {
    this.#rows.get(row)?.writing(names);
  }

  #row(entry: Entry, touched: boolean): EntryRow {
    const known = this.#rows.get(entry.id);
    if (known !== undefined) {
      if (touched) known.update(entry);
      return known;
    }
    const row = new EntryRow(this.#room, entry);
    if (!this.#room.session.writable) setWritable(row.element, false);
    this.#rows.set(entry.id, row);
    return row;
  }
}
