/** What the checks of a whole recorded program share. A check is pure: a record in, one line for each fault out. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";

/** `name (type): what is wrong · the value → what to do`, one line for each fault; empty when nothing is wrong. */
export type Check = (program: ProgramRecord) => string[];

export const customs = ({ resources }: ProgramRecord): ResourceRecord[] => resources.filter(({ custom }) => custom);

export const ofType = ({ resources }: ProgramRecord, type: string): ResourceRecord[] =>
  resources.filter((resource) => resource.type === type);

/** `vod-storage-media (aws:s3/bucket:Bucket)`. */
export const label = ({ name, type }: ResourceRecord): string => `${name} (${type})`;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON text as what it says; anything else as it is. */
export function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Every text inside a value with its path; documents in JSON text are opened. */
export function textsIn(value: unknown, path = ""): [path: string, text: string][] {
  const inner = opened(value);
  if (typeof inner === "string") return [[path, inner]];
  if (!isTree(inner)) return [];
  return Object.entries(inner).flatMap(([key, item]) => textsIn(item, path === "" ? key : `${path}.${key}`));
}

/** The value at a path of property names; the first of a list, for blocks that are lists of one. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    const first: unknown = Array.isArray(inner) ? inner[0] : inner;
    return isTree(first) ? first[key] : undefined;
  }, value);
}

export const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

export const textsOf = (value: unknown): string[] =>
  listOf(value).filter((item): item is string => typeof item === "string");
