/** Which inputs a type takes, from the provider's own type files (`tools/generateModel.ts`), not from memory. */
import generated from "./properties.generated.json";
import type { ModelResource } from "./context";

interface TypeProperties {
  required: string[];
  optional: string[];
}

const PROPERTIES = generated.types as Readonly<Record<string, TypeProperties>>;

/** What is wrong with a resource's inputs: one line each, naming the resource. Empty when nothing is. */
export function inputFaults({ urn, type, inputs }: ModelResource): string[] {
  const properties = PROPERTIES[type];
  if (properties === undefined) return [`${urn}: type ${type} has no property list → run: npm run generate`];
  const known = new Set([...properties.required, ...properties.optional]);
  const unknown = Object.keys(inputs).filter((name) => !known.has(name));
  const missing = properties.required.filter((name) => inputs[name] === undefined);
  return [
    ...unknown.map((name) => `${urn}: ${type} takes no input "${name}" → one of ${[...known].sort().join(", ")}`),
    ...missing.map((name) => `${urn}: ${type} needs the input "${name}" → set it`),
    ...paths(inputs).map(
      (path) => `${urn}: the input ${path} holds the text "undefined" → an output that is not known flowed in`,
    ),
  ];
}

/** Paths of the strings that hold the word "undefined": an output that nobody gave flowed into a template. */
function paths(value: unknown, at = ""): string[] {
  if (typeof value === "string") return /\bundefined\b/.test(value) ? [at] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => paths(item, at === "" ? name : `${at}.${name}`));
}
