// What a section is for changes how it is written: a child is asked in some way, a scale has a number, a safety goal
// answers a danger statement, identity and needs have prompts.
import type { SectionRule } from "../record/meeting.ts";
import type { Entry } from "../record/weave.ts";
import type { Choice } from "./fields.ts";

export interface SectionKind {
  /** Above the box. */
  add: string;
  /** What the field for the source is called. */
  source: string;
  /** Whether it is asked how somebody was asked. */
  tool: boolean;
  /** Whether a number from 0 to 10 goes with the words. */
  scale: boolean;
  /** Beginnings to choose from, each a line of its own. */
  prompts: readonly string[];
  /** Written in somebody's own words more often than not. */
  ownWords: boolean;
}

const PLAIN: SectionKind = {
  add: "Add what was said",
  source: "Where it comes from",
  tool: false,
  scale: false,
  prompts: [],
  ownWords: false,
};

const EQUALITY = [
  "Gender",
  "Nationality, race and culture",
  "Languages spoken and read",
  "Religion or belief",
  "Disability and health",
  "How this was taken into account",
];

const KINDS: Record<string, Partial<SectionKind>> = {
  childs_voice: { add: "Add what the child said, in their own words", tool: true, ownWords: true },
  parents_words: { add: "Add what was said, in their own words", ownWords: true },
  scaling: { add: "Add where somebody puts it, and why", scale: true },
  danger_statement: { add: "Add a danger statement: who is worried, what may happen to the child, and when" },
  safety_goal: { add: "Add a safety goal: what will be happening instead. Goals answer the danger statements in their order" },
  equality: { add: "Add what is known, and how it was taken into account", prompts: EQUALITY },
  cross_references: { add: "Add another file or record: what it is", source: "Where it is kept" },
};

export function kindOf(rule: SectionRule): SectionKind {
  const kind = { ...PLAIN, ...KINDS[rule.holds] };
  // Packs older than the naming of what a section holds name these by their key.
  return rule.key.endsWith("_views") ? { ...kind, ownWords: true, tool: kind.tool || rule.key === "childrens_views" } : kind;
}

/** From 0 to 10, in words at both ends. */
export function scaleChoices(): Choice[] {
  const numbers = Array.from({ length: 11 }, (_, number) => String(number));
  const words = (number: string) => (number === "0" ? "0, as bad as can be" : number === "10" ? "10, as good as can be" : number);
  return [{ value: "", words: "No number" }, ...numbers.map((value) => ({ value, words: words(value) }))];
}

/** What stands above an entry: danger statements and safety goals are numbered, so that each goal names what it answers. */
export function captions(rule: SectionRule, entries: readonly Entry[], dangers: readonly Entry[]): string[] {
  if (rule.holds === "danger_statement") return entries.map((_, index) => `Danger statement ${index + 1}`);
  if (rule.holds !== "safety_goal") return entries.map(() => "");
  return entries.map((_, index) => {
    const danger = dangers[index];
    const answers = danger === undefined ? "" : `, in answer to danger statement ${index + 1}: “${shortened(danger.text)}”`;
    return `Safety goal ${index + 1}${answers}`;
  });
}

function shortened(text: string): string {
  const words = text.trim().split(/\s+/u);
  return words.length <= 12 ? words.join(" ") : `${words.slice(0, 12).join(" ")} …`;
}
