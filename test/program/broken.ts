/** Ways to break a recorded program, one thing at a time, and to see what a check says of that. */
import { strict as assert } from "node:assert";
import { runProgram } from "../../cli/program";
import type { ProgramRecord, ResourceRecord } from "../../model/record";
import type { Check } from "./checks/check";

export type Inputs = Record<string, unknown>;
export type Change = (program: ProgramRecord) => void;

let recorded: ProgramRecord | undefined;

/** Records prod, once for all tests. */
export async function recordWhole(): Promise<void> {
  recorded ??= await runProgram({ stack: "prod" });
}

/** The program as it is: not to be changed. */
export function whole(): ProgramRecord {
  assert.ok(recorded, "recordWhole() comes first");
  return recorded;
}

/** The one resource whose name ends so, in a copy that may be broken. */
export function one(program: ProgramRecord, type: string, end = ""): ResourceRecord {
  const found = program.resources.find((resource) => resource.type === type && resource.name.endsWith(end));
  assert.ok(found, `no ${type} …${end}`);
  return found;
}

/** Adds a resource that the program might have. */
export function add(
  program: ProgramRecord,
  type: string,
  name: string,
  inputs: Inputs,
  more: Partial<ResourceRecord> = {},
): void {
  const component = program.resources.find(({ custom }) => !custom);
  const urn = `urn:pulumi:prod::vod::${type}::${name}`;
  const rest = { id: `id-of-${name}`, outputs: { ...inputs, ...more.outputs }, options: {}, secrets: [] };
  program.resources.push({ urn, type, name, parent: component?.urn ?? null, custom: true, inputs, ...rest, ...more });
}

/** What a check says of the broken program that it does not say of the whole one. */
export function finds(check: Check, change: Change, expected: string[]): void {
  const changed = structuredClone(whole());
  change(changed);
  const before = new Set(check(whole()));
  assert.deepEqual(
    check(changed).filter((finding) => !before.has(finding)),
    expected,
  );
}
