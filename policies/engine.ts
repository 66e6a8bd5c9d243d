/**
 * The pack as Pulumi's policies. The server turns an unknown value that a policy touches into an advisory and stops that
 * policy, a stack policy for all resources. Here a rule stops for one part of one resource only; what could not be
 * known is told by two advisory policies of their own, with the resource's URN, so that nothing is weakened in silence.
 */
import {
  UnknownValueError,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { Fields, UNKNOWN } from "./fields";
import { Graph, type LinkSource, type ResourceNode } from "./graph";
import { judge, waiting, type Verdict } from "./judge";
import { PACK } from "./pack";
import { appliesTo, type ResourceRule, type Rule, type StackRule } from "./rule";

type EnginePolicy = ResourceValidationPolicy | StackValidationPolicy;

/** Plain data of the engine's properties, which throw on what is unknown; such values become our own mark. */
function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype) return value;
  const source = value as Record<string, unknown>;
  const read = (key: string): unknown => {
    try {
      return plainOf(source[key]);
    } catch (error) {
      if (error instanceof UnknownValueError) return UNKNOWN;
      throw error;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(String(index)));
  return Object.fromEntries(Object.keys(source).map((key) => [key, read(key)]));
}

type EngineResource = Pick<PolicyResource, "urn" | "type" | "name" | "props" | "opts">;

/** A node whose properties are read once, and only if a rule asks for them. */
function nodeOf({ urn, type, name, props, opts }: EngineResource): ResourceNode {
  let fields: Fields | undefined;
  const lazy = (): Fields => (fields ??= Fields.of(plainOf(props), name));
  return {
    urn,
    type,
    name,
    protect: opts.protect,
    get inputs() {
      return lazy();
    },
    get state() {
      return lazy();
    },
  };
}

const engineLinks = (resources: readonly PolicyResource[]): LinkSource => {
  const links = new Map(resources.map(({ urn, propertyDependencies }) => [urn, propertyDependencies]));
  return (urn, property) => (links.get(urn)?.[property] ?? []).map((target) => target.urn);
};

const graphOf = (resources: readonly PolicyResource[]): Graph =>
  new Graph(resources.map(nodeOf), engineLinks(resources));
const ALONE = new Graph([], () => []);

function metadataOf({ name, displayName, description, severity, tags, url, remedy }: Rule) {
  return { name, displayName, description, severity, tags: [...tags], url, remediationSteps: remedy };
}

const resourcePolicy = (rule: ResourceRule): Pick<ResourceValidationPolicy, "validateResource"> => ({
  validateResource: (args, report) => {
    const node = nodeOf(args);
    if (!appliesTo(rule, node)) return args.notApplicable(`${rule.name} judges other types`);
    for (const message of judge(rule, node, ALONE).violations) report(message);
  },
});

const stackPolicy = (rule: StackRule): Pick<StackValidationPolicy, "validateStack"> => ({
  validateStack: (args, report) => {
    const graph = graphOf(args.resources);
    for (const node of graph.nodes.filter((candidate) => appliesTo(rule, candidate)))
      for (const message of judge(rule, node, graph).violations) report(message, node.urn);
  },
});

const RULES = PACK.map(({ rule }) => rule);
const UNKNOWN_METADATA = {
  enforcementLevel: "advisory" as const,
  severity: "low" as const,
  tags: ["preview"],
  url: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
  remediationSteps: "Nothing: the rule is checked again, with all values, when the stack is updated.",
};

/** One message for a resource: which rules wait, and for which values. */
function reportWaiting(verdicts: readonly [string, Verdict][], report: (message: string) => void): void {
  const open = verdicts.filter(([, { unknowns }]) => unknowns.length > 0);
  const paths = new Set(open.flatMap(([, { unknowns }]) => unknowns));
  if (open.length > 0)
    report(
      waiting(
        open.map(([rule]) => rule),
        [...paths],
      ),
    );
}

const verdictsOn = (node: ResourceNode, graph: Graph, scope: Rule["scope"]): [string, Verdict][] =>
  RULES.filter((rule) => rule.scope === scope && appliesTo(rule, node)).map((rule) => [
    rule.name,
    judge(rule, node, graph),
  ]);

const unknownInResources: ResourceValidationPolicy = {
  name: "known-in-preview",
  displayName: "What a preview cannot judge: resources",
  description: "Names, for each resource, the rules that need a value which is known only when others exist.",
  ...UNKNOWN_METADATA,
  validateResource: (args, report) => reportWaiting(verdictsOn(nodeOf(args), ALONE, "resource"), report),
};

const unknownInStack: StackValidationPolicy = {
  name: "known-in-preview-stack",
  displayName: "What a preview cannot judge: the stack",
  description:
    "Names, for each resource, the rules on its neighbours that need a value which is known only when they exist.",
  ...UNKNOWN_METADATA,
  validateStack: (args, report) => {
    const graph = graphOf(args.resources);
    for (const node of graph.nodes)
      reportWaiting(verdictsOn(node, graph, "stack"), (message) => report(message, node.urn));
  },
};

/** Every policy of the pack, in its order, and the two that speak for what is unknown. */
export const enginePolicies: EnginePolicy[] = [
  ...PACK.map(({ rule, level }) => ({
    ...metadataOf(rule),
    enforcementLevel: level,
    ...(rule.scope === "resource" ? resourcePolicy(rule) : stackPolicy(rule)),
  })),
  unknownInResources,
  unknownInStack,
];
