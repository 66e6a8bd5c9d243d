/** What a rule is. Rules are pure: they read a resource through `Fields` and its neighbours through the graph. */
import type { Graph, ResourceNode } from "./graph";

export type Severity = "low" | "medium" | "high" | "critical";
export type Level = "advisory" | "mandatory";

export interface Subject {
  readonly node: ResourceNode;
  /** `found` says what is wrong, with the value; `remedy` what to do, by default the rule's. */
  report(found: string, remedy?: string): void;
  /**
   * Runs a part of the check on its own: a value that is not known yet ends that part only, so that what is known and
   * wrong elsewhere is still found.
   */
  part(check: () => void): void;
}

interface RuleBase {
  /** Unique, kebab case. */
  readonly name: string;
  readonly displayName: string;
  /** What must hold, and why, in one or two sentences. */
  readonly description: string;
  readonly severity: Severity;
  readonly tags: readonly string[];
  /** Page of the vendor's documentation on which the rule rests. */
  readonly url: string;
  /** What to do about a violation. */
  readonly remedy: string;
  /** Type tokens of the resources that the rule judges, or every custom resource. */
  readonly types: readonly string[] | "every";
}

/** Judges one resource by its inputs alone, before it is created. */
export interface ResourceRule extends RuleBase {
  readonly scope: "resource";
  check(subject: Subject): void;
}

/** Judges one resource together with those that refer to it, when the whole stack is known. */
export interface StackRule extends RuleBase {
  readonly scope: "stack";
  check(subject: Subject, graph: Graph): void;
}

export type Rule = ResourceRule | StackRule;

export const resourceRule = (rule: Omit<ResourceRule, "scope">): ResourceRule => ({ scope: "resource", ...rule });
export const stackRule = (rule: Omit<StackRule, "scope">): StackRule => ({ scope: "stack", ...rule });

export const appliesTo = (rule: Rule, node: ResourceNode): boolean =>
  rule.types === "every" || rule.types.includes(node.type);
