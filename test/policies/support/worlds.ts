/**
 * One test stack in the worlds that the pack meets: a recorded program (values, links by value) and the engine, before
 * and after the values are known (unknown-checking proxies, links by property dependencies).
 */
import { unknownCheckingProxy, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import { evaluate, type RecordedResource, type Violation } from "../../../policies/evaluate";
import { enginePolicies } from "../../../policies/engine";
import { Doc, Joined, Ref, type Change, type Given } from "./given";
import { GOOD } from "./good";

/** How the engine marks text that is not known in a preview (Pulumi SDK, `rpc.ts`). */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const urnOf = (stack: string, { type, name }: Given): string => `urn:pulumi:${stack}::vod::${type}::${name}`;

export const stackOf = (changes: readonly Change[]): Given[] =>
  changes.reduce<Given[]>((resources, change) => change(resources), [...GOOD]);

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

/** Name as auto-naming makes it; log groups and the like are named by the program. */
const physical = ({ name, inputs }: Given): string =>
  typeof inputs.name === "string" ? inputs.name : `${name}-3f2a1bc`;

type Identity = Record<"id" | "arn" | "name" | "url" | "host", string>;

function identityOf(given: Given): Identity {
  const name = physical(given);
  const [, module = "", kind = ""] = /^aws:(\w+)\/(\w+):/.exec(given.type) ?? [];
  const arn = (service: string, path: string, region = REGION): string =>
    `arn:aws:${service}:${region}:${ACCOUNT}:${path}`;
  const at = (id: string, arnText: string): Identity => ({
    id,
    arn: arnText,
    name,
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    host: `${name}.s3.${REGION}.amazonaws.com`,
  });
  switch (`${module}/${kind}`) {
    case "s3/bucket":
      return at(name, `arn:aws:s3:::${name}`);
    case "sqs/queue":
      return at(at("", "").url, arn("sqs", name));
    case "sns/topic":
      return at(arn("sns", name), arn("sns", name));
    case "kms/key":
      return at(`0000-${name}`, arn("kms", `key/0000-${name}`));
    case "iam/role":
      return at(name, arn("iam", `role/${name}`, ""));
    case "lambda/function":
      return at(name, arn("lambda", `function:${name}`));
    case "dynamodb/table":
      return at(name, arn("dynamodb", `table/${name}`));
    case "cloudwatch/logGroup":
      return at(name, arn("logs", `log-group:${name}`));
    case "cloudwatch/eventRule":
      return at(`vod/${name}`, arn("events", `rule/vod/${name}`));
    case "cloudwatch/eventBus":
      return at(name, arn("events", `event-bus/${name}`));
    case "mediaconvert/queue":
      return at(name, arn("mediaconvert", `queues/${name}`));
    case "cloudfront/distribution":
      return at(`E${name.toUpperCase()}`, arn("cloudfront", `distribution/E${name.toUpperCase()}`, ""));
    case "cloudwatch/logDeliveryDestination":
      return at(name, arn("logs", `delivery-destination:${name}`));
    default:
      return at(name, arn(module, `${kind}/${name}`));
  }
}

type Resolve = (ref: Ref) => string;

const resolveIn = (resources: readonly Given[]): Resolve => {
  const identities = new Map(resources.map((given) => [given.name, identityOf(given)]));
  return ({ to, attribute }) => identities.get(to)?.[attribute as keyof Identity] ?? `${to}-elsewhere`;
};

/** Plain values; documents as text, as the engine holds them, or as objects. */
function valueOf(value: unknown, resolve: Resolve, documents: "text" | "object"): unknown {
  const inner = (item: unknown): unknown => valueOf(item, resolve, documents);
  if (value instanceof Ref) return resolve(value);
  if (value instanceof Joined) return value.parts.map((part) => (part instanceof Ref ? resolve(part) : part)).join("");
  if (value instanceof Doc) return documents === "text" ? JSON.stringify(inner(value.value)) : inner(value.value);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

export const refsIn = (value: unknown): Ref[] => {
  if (value instanceof Ref) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(refsIn);
};

/** Known inputs and physical names of a stack's resources, documents as objects. */
export function valuesOf(resources: readonly Given[]) {
  const resolve = resolveIn(resources);
  return {
    inputs: new Map(
      resources.map(({ name, inputs }) => [name, valueOf(inputs, resolve, "object") as Record<string, unknown>]),
    ),
    names: new Map(resources.map((given) => [given.name, identityOf(given).name])),
  };
}

/** Values with every reference unknown; a text or document that holds one is unknown as a whole. */
function unknownOf(value: unknown): unknown {
  if (value instanceof Ref) return UNKNOWN_TEXT;
  if (value instanceof Joined || value instanceof Doc)
    return refsIn(value).length > 0 ? UNKNOWN_TEXT : valueOf(value, () => "", "text");
  if (Array.isArray(value)) return value.map(unknownOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unknownOf(item)]));
}

/** The stack as a recorded program. Without outputs it is what `npm run plan -- --json` writes. */
export function recordOf(resources: readonly Given[], stack: string, outputs: boolean): RecordedResource[] {
  const resolve = resolveIn(resources);
  return resources.map((given) => {
    const identity = identityOf(given);
    return {
      urn: urnOf(stack, given),
      type: given.type,
      name: given.name,
      id: identity.id,
      inputs: valueOf(given.inputs, resolve, outputs ? "object" : "text") as RecordedResource["inputs"],
      ...(outputs && { outputs: { arn: identity.arn, name: identity.name, url: identity.url } }),
    };
  });
}

export const evaluateStack = (resources: readonly Given[], stack: string, outputs = true): Violation[] =>
  evaluate({ resources: recordOf(resources, stack, outputs) });

export interface EngineStack {
  readonly resources: readonly {
    given: Given;
    urn: string;
    props: Record<string, unknown>;
    state: Record<string, unknown>;
  }[];
}

/** The stack as the engine holds it: with all values, or as in a first preview. */
export function engineOf(resources: readonly Given[], stack: string, known: boolean): EngineStack {
  const resolve = resolveIn(resources);
  return {
    resources: resources.map((given) => {
      const identity = identityOf(given);
      const props = (known ? valueOf(given.inputs, resolve, "text") : unknownOf(given.inputs)) as Record<
        string,
        unknown
      >;
      const physicalName = known ? identity.name : UNKNOWN_TEXT;
      const computed = given.type.startsWith("aws:s3/bucket:") ? { bucket: physicalName } : {};
      return { given, urn: urnOf(stack, given), props, state: { ...computed, ...props } };
    }),
  };
}

export interface EngineReport {
  policy: string;
  level: string;
  urn: string;
  message: string;
}

const OPTIONS = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

class NotApplicable extends Error {}

/** The engine's own objects, linked as its server links them. */
function policyResources({ resources }: EngineStack): PolicyResource[] {
  const made = resources.map(({ given, urn, state }): PolicyResource => ({
    type: given.type,
    name: given.name,
    urn,
    props: unknownCheckingProxy(state) as Record<string, unknown>,
    opts: OPTIONS,
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  }));
  const byName = new Map(made.map((resource) => [resource.name, resource]));
  resources.forEach(({ given }, index) => {
    for (const [property, value] of Object.entries(given.inputs)) {
      const targets = refsIn(value).map(({ to }) => byName.get(to));
      const resource = made[index];
      if (resource) resource.propertyDependencies[property] = targets.filter((target) => target !== undefined);
    }
  });
  return made;
}

/** Runs the pack, or the policies named, as the engine's server does. */
export function analyze(stack: EngineStack, only?: readonly string[]): EngineReport[] {
  const reports: EngineReport[] = [];
  const shared = {
    getConfig: <T extends object>(): T => ({}) as T,
    stackTags: new Map<string, string>(),
    notApplicable: (): never => {
      throw new NotApplicable();
    },
  };
  for (const policy of enginePolicies) {
    if (only && !only.includes(policy.name)) continue;
    const level = policy.enforcementLevel ?? "unset";
    const add = (urn: string, message: string) => reports.push({ policy: policy.name, level, urn, message });
    if ("validateStack" in policy) {
      void policy.validateStack({ resources: policyResources(stack), ...shared }, (message, urn) =>
        add(urn ?? "", message),
      );
      continue;
    }
    if (!("validateResource" in policy) || typeof policy.validateResource !== "function") continue;
    for (const { given, urn, props } of stack.resources) {
      const args: ResourceValidationArgs = {
        type: given.type,
        name: given.name,
        urn,
        props: unknownCheckingProxy(props) as Record<string, unknown>,
        opts: OPTIONS,
        isType: () => false,
        asType: () => undefined,
        ...shared,
      };
      try {
        void policy.validateResource(args, (message) => add(urn, message));
      } catch (error) {
        if (!(error instanceof NotApplicable)) throw error;
      }
    }
  }
  return reports;
}
