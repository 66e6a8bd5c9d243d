/** The programs in `examples/`, run as somebody else's projects: with their own name, stack file and nothing of ours. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { runEntry } from "../../../cli/program";
import type { ProgramRecord } from "../../../model/record";

const EXAMPLES = resolve(__dirname, "../../../examples");
const STACK = "dev";

export interface Project {
  name: string;
  description: string;
  /** Keys without a namespace are the project's own. */
  config?: Record<string, { type: string; description: string }>;
}

export const exampleNames = (): string[] => readdirSync(EXAMPLES).sort();

const yaml = (example: string, file: string): unknown => parse(readFileSync(join(EXAMPLES, example, file), "utf8"));

export const projectOf = (example: string): Project => yaml(example, "Pulumi.yaml") as Project;

/** By full key, as text. */
export const settingsOf = (example: string): Record<string, string> =>
  (yaml(example, `Pulumi.${STACK}.yaml`) as { config: Record<string, string> }).config;

export const sourceOf = (example: string): string => readFileSync(join(EXAMPLES, example, "index.ts"), "utf8");

export const runExample = (example: string): Promise<ProgramRecord> =>
  runEntry({
    entry: join(EXAMPLES, example, "index.ts"),
    project: projectOf(example).name,
    stack: STACK,
    config: settingsOf(example),
  });
