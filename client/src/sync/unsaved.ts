// The texts I have changed since the server last confirmed everything: to say how many words are only here, and to give
// them back to me should the server not let them in.
import type { Patch } from "@automerge/automerge/slim";
import { textAt } from "../record/changes.ts";
import type { RecordDocument, TextPath } from "../record/schema.ts";
import { wordsAdded } from "../record/splice.ts";

interface UnsavedText {
  path: TextPath;
  /** What stood there before, as far as the server knows; empty for a new row. */
  before: string;
}

/** A text of mine that is not in the server's copy. */
export interface LostText {
  document: string;
  path: TextPath;
  text: string;
}

export class Unsaved {
  readonly #texts = new Map<string, Map<string, UnsavedText>>();

  /** Notes the texts that a change of mine in `document` touched. */
  note(document: string, before: RecordDocument, patches: readonly Patch[]): void {
    const texts = this.#texts.get(document) ?? new Map<string, UnsavedText>();
    for (const { action, path } of patches) {
      if ((action !== "splice" && action !== "del") || typeof path.at(-1) !== "number") continue;
      const textPath = path.slice(0, -1).map(String);
      const key = textPath.join("/");
      if (!texts.has(key)) texts.set(key, { path: textPath, before: textAt(before, textPath) ?? "" });
    }
    this.#texts.set(document, texts);
  }

  /** The server has stored everything of mine in `document`. */
  saved(document: string): void {
    this.#texts.delete(document);
  }

  words(document: string, now: RecordDocument): number {
    let words = 0;
    for (const { path, before } of this.#texts.get(document)?.values() ?? []) {
      words += wordsAdded(before, textAt(now, path) ?? "");
    }
    return words;
  }

  /** What each text I changed in `document` says in `mine`, my copy; a text I emptied is nothing to give back. */
  texts(document: string, mine: RecordDocument): LostText[] {
    return [...(this.#texts.get(document)?.values() ?? [])]
      .map(({ path }) => ({ document, path, text: textAt(mine, path) ?? "" }))
      .filter(({ text }) => text.trim() !== "");
  }
}

/** Those of my texts that the server's copy does not hold as I wrote them. */
export function notIn(server: RecordDocument | undefined, texts: readonly LostText[]): LostText[] {
  return texts.filter(({ path, text }) => server === undefined || textAt(server, path) !== text);
}
