/** The test stack as the pure core sees it, so that one value at a time can be made unknown. */
import { Fields, UNKNOWN } from "../../../policies/fields";
import { Graph, type ResourceNode } from "../../../policies/graph";
import { refsIn, urnOf, valuesOf } from "./worlds";
import type { Given } from "./given";

export type Path = readonly string[];

/** Every place in a value, containers included, from the outside in. */
export function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...at, key], ...placesIn(item, [...at, key])]);
}

/** A copy with the value at `path` unknown. */
export function withUnknown(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? withUnknown(item, rest) : item));
  const source = value as Record<string, unknown>;
  return { ...source, [key]: withUnknown(source[key], rest) };
}

export interface Core {
  readonly values: ReadonlyMap<string, Record<string, unknown>>;
  /** Names of the resources within two links of one, itself included. */
  near(name: string): string[];
  /** The graph with one resource's inputs replaced. */
  graph(name?: string, inputs?: unknown): Graph;
}

export function coreOf(resources: readonly Given[], stack: string): Core {
  const values = valuesOf(resources);
  const targets = new Map(
    resources.map(({ name, inputs }) => [
      name,
      new Map(Object.entries(inputs).map(([property, value]) => [property, refsIn(value).map(({ to }) => to)])),
    ]),
  );
  const urns = new Map(resources.map((given) => [given.name, urnOf(stack, given)]));
  const names = new Map([...urns].map(([name, urn]) => [urn, name]));
  const neighbours = (name: string): string[] => [
    ...[...(targets.get(name)?.values() ?? [])].flat(),
    ...[...targets].filter(([, properties]) => [...properties.values()].flat().includes(name)).map(([other]) => other),
  ];
  const nodeOf = (given: Given, inputs: unknown): ResourceNode => {
    const fields = Fields.of(inputs, given.name);
    const state =
      given.type === "aws:s3/bucket:Bucket"
        ? Fields.of({ bucket: values.names.get(given.name), ...(inputs as object) })
        : fields;
    return { urn: urnOf(stack, given), type: given.type, name: given.name, inputs: fields, state, protect: undefined };
  };
  return {
    values: values.inputs,
    near: (name) => {
      const first = neighbours(name);
      return [...new Set([name, ...first, ...first.flatMap(neighbours)])].filter((other) => values.inputs.has(other));
    },
    graph: (name, inputs) =>
      new Graph(
        resources.map((given) => nodeOf(given, given.name === name ? inputs : values.inputs.get(given.name))),
        (urn, property) =>
          (targets.get(names.get(urn) ?? "")?.get(property) ?? []).flatMap((target) => urns.get(target) ?? []),
      ),
  };
}
