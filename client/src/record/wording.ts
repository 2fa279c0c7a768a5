// Words to point out: found here as the server finds them, in what somebody is writing. Nobody's words are changed.

export interface Term {
  term: string;
  /** Its other forms. */
  also: readonly string[];
  /** What it means, or what to write instead. */
  say: string;
}

export interface Wording {
  vague: readonly Term[];
  jargon: readonly Term[];
  disrespectful: readonly Term[];
}

export interface Found {
  term: string;
  say: string;
}

/** The vague verb that what will be done, or a clause of it, begins with. */
export function vagueVerb(wording: Wording, what: string): Found | undefined {
  const text = straight(what).toLowerCase();
  return first(wording.vague, (form) => places(text, form).some((at) => beginsClause(text.slice(0, at))));
}

/** Short forms and terms of the trade, and words that judge, in the order of the lists. */
export function jargonIn(wording: Wording, text: string): Found[] {
  return all(wording.jargon, text);
}

export function disrespectfulIn(wording: Wording, text: string): Found[] {
  return all(wording.disrespectful, text);
}

function all(terms: readonly Term[], text: string): Found[] {
  const exact = straight(text);
  const lower = exact.toLowerCase();
  const stands = (form: string) =>
    isShortForm(form) ? places(exact, form).length > 0 : places(lower, form.toLowerCase()).length > 0;
  return terms.flatMap((term) => first([term], stands) ?? []);
}

function first(terms: readonly Term[], holds: (form: string) => boolean): Found | undefined {
  for (const { term, also, say } of terms) {
    const form = [term, ...also].find(holds);
    if (form !== undefined) return { term: form, say };
  }
  return undefined;
}

/** With a capital or a figure, as "SEND" has: found as it is written alone. */
function isShortForm(form: string): boolean {
  return /[\p{Lu}\d]/u.test(form);
}

/** Where `form` stands in `text` as a whole word. */
function places(text: string, form: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    const before = text.slice(0, at);
    const after = text.slice(at + form.length);
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) found.push(at);
  }
  return found;
}

function beginsClause(before: string): boolean {
  const trimmed = before.trimEnd();
  return trimmed === "" || !/[\p{L}\p{N}]$/u.test(trimmed) || /(^|[^\p{L}\p{N}])(to|and|will|then|should|must|or)$/u.test(trimmed);
}

function straight(text: string): string {
  return text.replace(/[\u2018\u2019]/gu, "'").replace(/[\u2010\u2011\u2013]/gu, "-");
}
