/** Argued exceptions. Each names one rule, the stacks or resources that it covers, and why; a test fails when one is not needed any more. */
import { stackOf, type ResourceNode } from "./graph";

export interface Exemption {
  readonly rule: string;
  /** Stack names; every stack when absent. */
  readonly stacks?: readonly string[];
  /** Logical names of the resources; every resource when absent. */
  readonly names?: readonly string[];
  readonly reason: string;
}

export const EXEMPTIONS: readonly Exemption[] = [
  {
    rule: "cf-own-domain",
    stacks: ["dev"],
    reason: "dev runs without a domain, on the distribution's own name, whose certificate CloudFront chooses",
  },
];

export function exemptionFor(rule: string, node: ResourceNode): Exemption | undefined {
  return EXEMPTIONS.find(
    (exemption) =>
      exemption.rule === rule &&
      (exemption.stacks === undefined || exemption.stacks.includes(stackOf(node.urn))) &&
      (exemption.names === undefined || exemption.names.includes(node.name)),
  );
}
