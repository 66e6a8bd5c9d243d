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
  {
    rule: "cf-vpc-origin-tls",
    stacks: ["dev"],
    names: ["vod-edge-balancer"],
    reason: "without a domain there is no certificate: CloudFront's interface and the balancer stand in the same VPC",
  },
  {
    rule: "http-listener-redirects",
    stacks: ["dev"],
    names: ["vod-balancer-http"],
    reason:
      "without a domain there is no certificate: dev's balancer has private addresses only, and CloudFront reaches it by a VPC origin",
  },
  {
    rule: "cognito-threat-protection",
    names: ["vod-services-viewers"],
    reason:
      "threat protection costs $0.02 a viewer and month and the 10,000 free ones, $200 for 10,000 viewers: a stack that wants it sets threatProtection to all",
  },
  {
    rule: "secret-value-by-operator",
    stacks: ["staging", "prod"],
    names: ["vod-edge-origin-secret-version"],
    reason:
      "AWS makes the value up; the distribution and the web ACL must be told of it, so it is in the state, encrypted",
  },
  {
    rule: "aurora-t-class-nonprod",
    stacks: ["staging", "prod"],
    reason:
      "the architecture document asks for db.t3.medium, and Database Insights shows when its credits end: databaseClass is one line",
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
