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
    ...pathsOf(inputs, isUndefinedText).map(
      (path) => `${urn}: the input ${path} holds the text "undefined" → an output that is not known flowed in`,
    ),
    // What is undefined in a list, or null anywhere, goes over the wire as null.
    ...pathsOf(inputs, (value) => value === null).map(
      (path) => `${urn}: the input ${path} has no value → leave it out, or give it one`,
    ),
  ];
}

/** An output that nobody gave flowed into a template. */
const isUndefinedText = (value: unknown): boolean => typeof value === "string" && /\bundefined\b/.test(value);

/** Paths of the values inside that a test matches. */
function pathsOf(value: unknown, matches: (value: unknown) => boolean, at = ""): string[] {
  if (matches(value)) return [at];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => pathsOf(item, matches, at === "" ? name : `${at}.${name}`));
}
