// What is chosen of a decision: outcome, threshold and category as the rule pack has them, in native controls.
import type { DecisionRule } from "../record/meeting.ts";
import { type Choice, type Field, inputField, selectField } from "./fields.ts";

export type DecisionFact = "outcome" | "threshold" | "category";

export interface DecisionField {
  fact: DecisionFact;
  field: Field<HTMLInputElement | HTMLSelectElement>;
}

/** The controls, in the order they are asked; `now` is what stands there. */
export function decisionFields(rule: DecisionRule | null, now: Record<DecisionFact, string>): DecisionField[] {
  const fields: DecisionField[] = [];
  const outcomes = rule?.outcomes ?? [];
  if (outcomes.length > 0) fields.push({ fact: "outcome", field: selectField("Outcome", choicesOf(outcomes, now.outcome), now.outcome) });
  const threshold = rule?.threshold ?? "";
  if (threshold !== "") {
    fields.push({ fact: "threshold", field: selectField("Threshold", choicesOf(measured(threshold), now.threshold), now.threshold) });
  }
  const categories = rule?.categories ?? [];
  const category =
    categories.length > 0
      ? selectField("Category", choicesOf(categories, now.category), now.category)
      : inputField("Kind of decision", now.category, { hint: "Such as: plan continues, step up, step down" });
  fields.push({ fact: "category", field: category });
  return fields;
}

/** A threshold is met or not met; which it was is kept in words. */
export function measured(threshold: string): string[] {
  return [`Met: ${threshold}`, `Not met: ${threshold}`];
}

/** Nothing, what the pack has, and what stands there if that is neither. */
export function choicesOf(words: readonly string[], now: string): Choice[] {
  const own = now === "" || words.includes(now) ? [] : [now];
  return [{ value: "", words: "Not said yet" }, ...[...words, ...own].map((value) => ({ value, words: value }))];
}
