// Words typed in a box and not yet added: they count as unsaved when the page is left, and can be handed back.

export interface Draft {
  /** Where it would have gone, in words. */
  where: string;
  text: string;
}

/** Something that holds words not yet in the record. */
export interface Drafting {
  readonly draft: Draft | undefined;
}

export class Drafts {
  readonly #holders = new Set<Drafting>();

  add(holder: Drafting): void {
    this.#holders.add(holder);
  }

  get all(): Draft[] {
    return [...this.#holders].map(({ draft }) => draft).filter((draft) => draft !== undefined);
  }
}
