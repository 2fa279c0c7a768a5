// "Every word saved" is the truth about durability. It is said only when the server has told us, for every document,
// heads that hold all of mine; the server tells us heads only once they are stored.

export type Link = "connecting" | "connected" | "away";

export interface SavedFacts {
  link: Link;
  storage: "ok" | "failing";
  /** Every document has arrived. */
  loaded: boolean;
  /** Every head of mine is among the heads the server has stored, for every document. */
  allStored: boolean;
  /** Words on this page that the server has not confirmed. */
  unsavedWords: number;
}

export type Saved =
  | { kind: "connecting" }
  | { kind: "saved" }
  | { kind: "saving" }
  /** Nothing is unsaved, but nothing could be saved either. */
  | { kind: "away" }
  | { kind: "unsaved"; words: number }
  | { kind: "not_storing"; words: number };

export function savedState({ link, storage, loaded, allStored, unsavedWords }: SavedFacts): Saved {
  if (storage === "failing") return { kind: "not_storing", words: unsavedWords };
  if (!loaded) return { kind: link === "away" ? "away" : "connecting" };
  if (link !== "connected") return allStored ? { kind: "away" } : { kind: "unsaved", words: unsavedWords };
  return allStored ? { kind: "saved" } : { kind: "saving" };
}

/** Whether all of `mine` are among `stored`; never when the server has said nothing yet. */
export function isStored(mine: readonly string[], stored: readonly string[] | undefined): boolean {
  return stored !== undefined && mine.every((head) => stored.includes(head));
}

/** The saved state in words: first what must be read, then what helps. */
export function savedInWords(saved: Saved): { short: string; detail: string } {
  switch (saved.kind) {
    case "connecting":
      return { short: "Opening the record…", detail: "" };
    case "saved":
      return { short: "Every word saved", detail: "" };
    case "saving":
      return { short: "Saving…", detail: "" };
    case "away":
      return {
        short: "The network is away.",
        detail: "Keep writing; what you write is kept on this page and will be sent.",
      };
    case "unsaved":
      return {
        short: `Not saved yet: ${onlyHere(saved.words)}.`,
        detail: "The network is away. Keep writing, and keep this page open; it will be sent.",
      };
    case "not_storing":
      return {
        short: "The server can't store right now.",
        detail:
          saved.words === 0
            ? "Keep this page open; what you write is kept here and will be sent."
            : `Keep this page open: ${onlyHere(saved.words)}, and will be sent.`,
      };
  }
}

function onlyHere(words: number): string {
  if (words === 0) return "your last change is only on this device";
  return words === 1 ? "1 word is only on this device" : `${words} words are only on this device`;
}
