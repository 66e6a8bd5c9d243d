/**
 * Links of a recorded program, found by value: a property refers to a resource when it holds the resource's id, ARN,
 * URL or name, alone or inside a document. `npm run plan -- --json` writes no outputs, so an ARN is also recognised by
 * its service and the resource's id.
 */
import type { LinkSource } from "./graph";

/** The part of a program's record that the policies read. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom?: boolean;
  /** Null for a component. */
  readonly id?: string | null;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly options?: { readonly protect?: boolean };
}

/** Outputs that identify their resource. */
const IDENTITIES = ["id", "arn", "url", "name", "bucket", "keyId", "functionName", "deliveryDestinationArn"] as const;

/** ARN services of a token's module (`aws:<module>/…`), where the two differ. */
const SERVICES: Readonly<Record<string, readonly string[]>> = { cloudwatch: ["events", "logs", "cloudwatch"] };

const servicesOf = (type: string): readonly string[] => {
  const module = /^aws:([^/]+)\//.exec(type)?.[1] ?? "";
  return SERVICES[module] ?? [module];
};

const lastPart = (text: string): string => text.split(/[:/]/).filter(Boolean).at(-1) ?? "";
/** Services whose ids hold slashes or stand before a path. */
const isWhole = (service: string): boolean => ["s3", "logs", "dynamodb"].includes(service);

/** `<service> <id>` of an ARN, with what follows the resource (keys, streams, indexes, `:*`) cut off. */
function arnKey(text: string): string | undefined {
  const [, service, resource] = /^arn:[^:]+:([^:]+):[^:]*:[^:]*:(.+)$/.exec(text) ?? [];
  if (service === undefined || resource === undefined) return undefined;
  if (service === "s3") return `s3 ${resource.split("/")[0]}`;
  if (service === "logs") return `logs ${resource.replace(/^[a-z-]+:/, "").replace(/:.*$/, "")}`;
  if (service === "dynamodb") return `dynamodb ${resource.split("/")[1]}`;
  return `${service} ${lastPart(resource.replace(/[:/]?\*$/, ""))}`;
}

function identitiesOf(resource: RecordedResource): string[] {
  const values = [resource.id, ...IDENTITIES.map((key) => resource.outputs?.[key] ?? resource.inputs[key])];
  const texts = values.filter((value): value is string => typeof value === "string" && value !== "");
  const ids = [resource.id, resource.inputs.name, resource.outputs?.name].filter((id) => typeof id === "string");
  // Queues: the id is a URL that ends in the name, by which alarms know the queue.
  if (resource.id?.startsWith("https://")) texts.push(lastPart(resource.id));
  const keys = servicesOf(resource.type).flatMap((service) =>
    ids.map((id) => `${service} ${isWhole(service) ? id : lastPart(id)}`),
  );
  return [...new Set([...texts, ...keys])];
}

/** Every text inside a value; documents in JSON text are opened. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") {
    if (!/^\s*[[{]/.test(value)) return [value];
    try {
      return textsIn(JSON.parse(value));
    } catch {
      return [value];
    }
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The forms under which a text may name a resource. */
function formsOf(text: string): string[] {
  const bucketHost = /^([a-z0-9.-]+)\.s3[.-]/.exec(text)?.[1];
  // What Application Auto Scaling calls a service of ECS.
  const scaled = /^service\/[^/]+\/([^/]+)$/.exec(text)?.[1];
  return [text, arnKey(text), bucketHost, scaled && `ecs ${scaled}`].filter(
    (form): form is string => form !== undefined,
  );
}

/** A link source over the values of a record. */
export function recordLinks(resources: readonly RecordedResource[]): LinkSource {
  const index = new Map<string, string[]>();
  for (const resource of resources) {
    if (resource.custom === false) continue;
    for (const identity of identitiesOf(resource)) {
      index.set(identity, [...(index.get(identity) ?? []), resource.urn]);
    }
  }
  const inputs = new Map(resources.map((resource) => [resource.urn, resource.inputs]));
  return (urn, property) => {
    const forms = textsIn(inputs.get(urn)?.[property]).flatMap(formsOf);
    const urns = forms.flatMap((form) => index.get(form) ?? []);
    return [...new Set(urns)].filter((target) => target !== urn);
  };
}
