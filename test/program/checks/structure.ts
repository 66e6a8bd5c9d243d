/** URNs, parents and tags: what every resource has, whatever its type. */
import generated from "../../../model/properties.generated.json";
import { stackTags } from "../../../lib/tags";
import { customs, label, type Check } from "./check";

const PROPERTIES = generated.types as Readonly<Record<string, { required: string[]; optional: string[] }>>;

/** Every input that the provider's own type files list for a type. */
export const inputsOf = (type: string): string[] => {
  const { required = [], optional = [] } = PROPERTIES[type] ?? {};
  return [...required, ...optional];
};

export const uniqueUrns: Check = ({ resources }) => {
  const seen = new Set<string>();
  const again = resources.filter(({ urn }) => seen.has(urn) || !seen.add(urn));
  return again.map((one) => `${label(one)}: the URN is used twice · ${one.urn} → give one of them another name`);
};

/** A resource stands in a component that is in the program; a component stands in the stack or in another one. */
export const parents: Check = ({ resources }) => {
  const components = new Map(resources.filter(({ custom }) => !custom).map((one) => [one.urn, one]));
  return resources.flatMap((resource) => {
    const { parent, custom, name } = resource;
    const component = components.get(parent ?? "");
    if (component === undefined) {
      const inStack = parent === null || /^urn:pulumi:[^:]+::[^:]+::pulumi:pulumi:Stack::/.test(parent);
      if (!custom && inStack) return [];
      return [`${label(resource)}: no component is its parent · ${parent ?? "none"} → pass { parent: this }`];
    }
    // awsx names what it makes after itself.
    const remote = component.type.startsWith("awsx:") && name === component.name;
    if (remote || name === component.name || name.startsWith(`${component.name}-`)) return [];
    return [`${label(resource)}: not named after its component · ${component.name} → begin with ${component.name}-`];
  });
};

/** Everything that takes tags, by the provider's own type files, bears the stack's and its own name. */
export const tags: Check = (program) =>
  customs(program).flatMap((resource) => {
    if (!inputsOf(resource.type).includes("tags")) return [];
    const wanted = { ...stackTags(program.stack), Name: resource.name };
    const given = (resource.inputs.tags ?? {}) as Record<string, string>;
    const wrong = Object.entries(wanted).filter(([key, value]) => given[key] !== value);
    return wrong.map(
      ([key, value]) =>
        `${label(resource)}: tag ${key} is not ${value} · ${given[key] ?? "not set"} → tags: named(platform.tags, name)`,
    );
  });

/** Types that hold what cannot be made again. */
const STATEFUL = [
  "aws:backup/vault:Vault",
  "aws:cognito/userPool:UserPool",
  "aws:dynamodb/table:Table",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:s3/bucket:Bucket",
];

/** What holds data is kept from deletion and outlives the stack, except in dev, which must leave nothing behind. */
export const keepsData: Check = (program) =>
  customs(program).flatMap((resource) => {
    const kept = program.stack !== "dev" && STATEFUL.includes(resource.type);
    const { protect = false, retainOnDelete = false } = resource.options;
    // Instances, images and secrets can be made again from what is kept: either is right for them.
    if ((protect && retainOnDelete) === kept || (!STATEFUL.includes(resource.type) && program.stack !== "dev"))
      return [];
    const found = `protect ${protect}, retainOnDelete ${retainOnDelete}`;
    return [`${label(resource)}: ${kept ? "may be deleted" : "is kept"} · ${found} → stateful(platform, parent)`];
  });

/** A property list stands for every type, else no check that reads it says anything. */
export const modelled: Check = (program) =>
  customs(program)
    .filter(({ type }) => inputsOf(type).length === 0)
    .map((resource) => `${label(resource)}: the type has no property list → npm run generate`);
