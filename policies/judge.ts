/** Runs one rule on one resource and keeps apart what is wrong and what cannot be known yet. */
import { exemptionFor } from "./exemptions";
import { UnknownValue } from "./fields";
import type { Graph, ResourceNode } from "./graph";
import type { Rule, Subject } from "./rule";

export interface Verdict {
  /** Messages: what is wrong · the value → what to do. */
  violations: string[];
  /** Paths of the values that the rule waits for. */
  unknowns: string[];
}

/** Says that rules wait for values. */
export const waiting = (rules: readonly string[], paths: readonly string[]): string =>
  `${rules.join(", ")} cannot be known in preview · ${paths.join(", ")} unknown → nothing now: judged again, with all values, when the stack is updated`;

export function judge(rule: Rule, node: ResourceNode, graph: Graph): Verdict {
  const verdict: Verdict = { violations: [], unknowns: [] };
  if (exemptionFor(rule.name, node) !== undefined) return verdict;
  const part = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      verdict.unknowns.push(error.path);
    }
  };
  const subject: Subject = {
    node,
    report: (found, remedy = rule.remedy) => verdict.violations.push(`${found} → ${remedy}`),
    part,
  };
  part(() => rule.check(subject, graph));
  return { violations: [...new Set(verdict.violations)], unknowns: [...new Set(verdict.unknowns)] };
}
