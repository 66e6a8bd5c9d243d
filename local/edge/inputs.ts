/** Reads resource inputs, which are untyped in a record. */
export type Inputs = Record<string, unknown>;

export const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
export const asObject = (value: unknown): Inputs =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Inputs) : {};
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");
