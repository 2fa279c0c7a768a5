// One entry: words first. Who said it, as what and from where stand above it in text; colour is only a help.
import { type RowPath, remove, setAbout, setScalar, textPath } from "../record/changes.ts";
import { nameOf, seatOf, standing } from "../record/meeting.ts";
import { mayEditEntry, mayRemoveEntry, maySayAboutWhom } from "../record/permission.ts";
import { type Nature, inWords, words } from "../record/schema.ts";
import type { Entry } from "../record/weave.ts";
import { confirmRemove } from "./confirm_remove.ts";
import { type ChildrenField, type Choice, aboutWhom, childrenField, choices, inputField, onChosen, selectField, showValue } from "./fields.ts";
import { h, keepStill, setText, setWritable, unseen } from "./element.ts";
import { type Room, restrictedReaders } from "./room.ts";
import { kindOf, scaleChoices } from "./section_kind.ts";
import { TextField } from "./text_field.ts";
import { wordsCheck } from "./words_check.ts";

const ANY_SECTION = { key: "", heading: "", hint: "", mandatory: false, holds: "entries" };

export class EntryRow {
  readonly element: HTMLLIElement;
  readonly #room: Room;
  readonly #name: string;
  readonly #path: Extract<RowPath, { table: "entries" }>;
  readonly #document: string;
  readonly #nature = h("span", { class: "nature" });
  readonly #source = h("span", { class: "entry__source", dir: "auto" });
  readonly #about = h("span", { class: "entry__about" });
  readonly #asked = h("span", { class: "entry__asked", dir: "auto" });
  readonly #scale = h("strong", { class: "entry__scale" });
  readonly #file = h("a", { class: "govuk-link entry__file", hidden: true });
  readonly #caption = h("p", { class: "entry__caption", hidden: true });
  readonly #now = h("p", { class: "entry__now", "aria-hidden": "true" });
  readonly #words: TextField | HTMLElement;
  #entry: Entry;
  #showDetails: ((entry: Entry) => void) | undefined;

  constructor(room: Room, entry: Entry) {
    this.#room = room;
    this.#entry = entry;
    this.#document = entry.document;
    this.#path = { table: "entries", section: entry.section, id: entry.id };
    this.#name = nameOf(room.meeting, entry.by);
    this.#words = this.#makeWords(entry);
    const details = this.#makeDetails(entry);
    this.element = h(
      "li",
      { class: `entry agency--${this.#agency(entry)}`, id: `row-${entry.id}`, "data-row": entry.id },
      h(
        "div",
        { class: "entry__body" },
        this.#caption,
        h("div", { class: "entry__meta" }, ...this.#meta(entry), details?.toggle),
        this.#words instanceof TextField ? this.#words.element : this.#words,
        this.#whoMay(entry),
        details?.element,
      ),
      this.#now,
    );
    this.update(entry);
  }

  update(entry: Entry): void {
    this.#entry = entry;
    setText(this.#nature, inWords(words.nature, entry.nature));
    setText(this.#source, entry.source);
    setText(this.#asked, entry.tool === "" ? "" : `asked by: ${entry.tool}`);
    this.#showFile(entry.attachment);
    setText(this.#scale, entry.scale === "" ? "" : `${entry.scale} out of 10`);
    setText(this.#about, aboutWhom(this.#room.meeting.children, entry.about));
    if (this.#words instanceof TextField) {
      this.#words.update();
      this.#words.setLabel(`What ${this.#name} said (${inWords(words.nature, entry.nature).toLowerCase()})`);
    } else {
      setText(this.#words, entry.text);
    }
    this.#showDetails?.(entry);
  }

  /** The file that goes with the words, if it is one of this part. */
  #showFile(id: string): void {
    const { files, files_url: url } = this.#room.meeting;
    const file = files.find((one) => one.id === id && one.document === this.#document);
    this.#file.hidden = file === undefined;
    if (file === undefined) return;
    this.#file.href = `${url}/${file.id}`;
    this.#file.download = "";
    setText(this.#file, `File: ${file.title}`);
  }

  /** What stands above the entry; nothing for most. */
  caption(words: string): void {
    setText(this.#caption, words);
    this.#caption.hidden = words === "";
  }

  /** Says who is writing here. Those who hear the page are told in a summary instead. */
  writing(names: readonly string[]): void {
    setText(this.#now, names.length === 0 ? "" : `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} writing…`);
  }

  /** The row has been removed while I was in it: it stays in sight until I leave. */
  gone(): void {
    this.element.classList.add("entry--gone");
    if (this.#words instanceof TextField) this.#words.area.readOnly = true;
    setText(this.#now, "This has been removed from the record. Copy your words if you still need them.");
    this.#room.announcer.say("This has been removed from the record.");
    this.element.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget))) this.element.remove();
    });
  }

  #agency(entry: Entry): string {
    return seatOf(this.#room.meeting, entry.by)?.agency_kind || "other";
  }

  #meta(entry: Entry): (HTMLElement | string)[] {
    const seat = seatOf(this.#room.meeting, entry.by);
    const readers = restrictedReaders(this.#room, entry.document);
    const meta: (HTMLElement | string)[] = [
      h("h3", { class: "entry__who" }, this.#name),
      h("span", { class: "entry__standing" }, standing(seat)),
      this.#nature,
    ];
    if (readers !== undefined) meta.push(h("strong", { class: "readers" }, readers));
    meta.push(this.#scale, this.#file, this.#asked, this.#source, this.#about);
    const recorder = this.#room.meeting.recorded_by?.[entry.id];
    if (recorder !== undefined && recorder !== entry.by) {
      meta.push(h("span", {}, `written down by ${nameOf(this.#room.meeting, recorder)}`));
    }
    return meta;
  }

  #whoMay(entry: Entry): HTMLElement | undefined {
    const { meeting, session } = this.#room;
    if (entry.nature !== "view" || !meeting.may.write || mayEditEntry(meeting, entry, session.madeHere)) return undefined;
    return h("p", { class: "entry__note" }, `Only ${this.#name} or the minute taker may change this.`);
  }

  #makeWords(entry: Entry): TextField | HTMLElement {
    const { meeting, session } = this.#room;
    if (!mayEditEntry(meeting, entry, session.madeHere)) {
      return h("p", { class: "entry__words", dir: "auto" }, entry.text);
    }
    return new TextField({
      room: this.#room,
      document: entry.document,
      path: textPath(this.#path, "text"),
      place: { sheet: entry.section, row: entry.id },
      label: "",
      class: "entry__field",
    });
  }

  #makeDetails(entry: Entry): { element: HTMLElement; toggle: HTMLElement } | undefined {
    const { meeting, session } = this.#room;
    const edits = mayEditEntry(meeting, entry, session.madeHere);
    const removes = mayRemoveEntry(meeting, entry, session.madeHere);
    if (!edits && !removes) return undefined;
    const element = h("div", { class: "entry__details", hidden: true });
    const toggle = h("button", { class: "quiet entry__change", type: "button", "aria-expanded": "false" });
    toggle.append(edits ? "Change" : "Remove", unseen(edits ? ` the details of what ${this.#name} said` : ` what ${this.#name} said`));
    toggle.addEventListener("click", () => {
      // Made when first asked for: most rows are never opened, and there may be hundreds.
      if (element.childElementCount === 0) this.#fillDetails(element, edits, removes);
      keepStill(() => {
        element.hidden = !element.hidden;
      });
      toggle.setAttribute("aria-expanded", String(!element.hidden));
    });
    return { element, toggle };
  }

  #fillDetails(element: HTMLElement, edits: boolean, removes: boolean): void {
    if (edits) {
      const { elements, show } = this.#controls(this.#entry);
      element.append(...elements, wordsCheck(this.#room.meeting.wording, () => this.#entry.text));
      this.#showDetails = show;
    }
    if (removes) element.append(confirmRemove(`what ${this.#name} said`, () => this.#remove()));
    setWritable(element, this.#room.session.writable);
  }

  #controls(entry: Entry): { elements: HTMLElement[]; show: (entry: Entry) => void } {
    const { meeting, session } = this.#room;
    // Own words stay own words, and nothing else becomes them: it would change who may edit them.
    const natures: Choice[] = choices(words.nature).filter(({ value }) => (value === "view") === (entry.nature === "view"));
    const nature = natures.length > 1 ? selectField("It is a", natures, entry.nature) : undefined;
    const kind = kindOf(meeting.sections.find(({ key }) => key === entry.section) ?? ANY_SECTION);
    const source = inputField(kind.source, entry.source);
    const tool = kind.tool || entry.tool !== "" ? inputField("How they were asked", entry.tool) : undefined;
    const scale = kind.scale || entry.scale !== "" ? selectField("From 0 to 10", scaleChoices(), entry.scale) : undefined;
    const about: ChildrenField | undefined = maySayAboutWhom(meeting, entry, session.madeHere)
      ? childrenField(meeting.children, entry.about)
      : undefined;
    if (nature !== undefined) {
      onChosen(nature.control, (value) => this.#set(setScalar(this.#path, { field: "nature", value: value as Nature })));
    }
    onChosen(source.control, (value) => this.#set(setScalar(this.#path, { field: "source", value })));
    if (tool !== undefined) onChosen(tool.control, (value) => this.#set(setScalar(this.#path, { field: "tool", value })));
    if (scale !== undefined) onChosen(scale.control, (value) => this.#set(setScalar(this.#path, { field: "scale", value })));
    const files = meeting.files.filter(({ document }) => document === this.#document);
    const file = files.length > 0 ? selectField("File that goes with it", [{ value: "", words: "None" }, ...files.map(({ id, title }) => ({ value: id, words: title }))], entry.attachment) : undefined;
    if (file !== undefined) onChosen(file.control, (value) => this.#set(setScalar(this.#path, { field: "attachment", value })));
    if (about !== undefined) about.onchange = () => this.#set(setAbout(this.#path, about.chosen));
    return {
      elements: [nature?.element, scale?.element, tool?.element, source.element, file?.element, about?.element].filter((field) => field !== undefined),
      show: (now) => {
        if (nature !== undefined) showValue(nature.control, now.nature);
        showValue(source.control, now.source);
        if (file !== undefined) showValue(file.control, now.attachment);
        if (tool !== undefined) showValue(tool.control, now.tool);
        if (scale !== undefined) showValue(scale.control, now.scale);
        about?.show(now.about);
      },
    };
  }

  #set(change: ReturnType<typeof setScalar>): void {
    this.#room.session.change(this.#document, change);
  }

  #remove(): void {
    const next = this.element.nextElementSibling ?? this.element.previousElementSibling;
    this.#room.session.change(this.#document, remove(this.#path, this.#room.meeting.me.id, new Date()));
    this.#room.announcer.say(`Removed what ${this.#name} said.`);
    const focusable = next?.querySelector<HTMLElement>("textarea, button") ?? this.element.closest("section")?.querySelector("h2");
    focusable?.focus();
  }
}
