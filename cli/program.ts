/** Runs the program (`index.ts`) in this process for one stack and returns what it registered. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Recorder, type Create, type Invoke } from "../model/mocks";
import type { ProgramRecord } from "../model/record";
import { CommandError } from "./shell";
import { stackNames } from "./stacks";

const ROOT = resolve(__dirname, "..");
const PROJECT = "vod";
/** What a program's modules are: they are loaded anew for each run, since constants in them were made under other mocks. */
const PROGRAM_FOLDERS = ["components", "config"].map((folder) => join(ROOT, folder) + sep);

export interface RunOptions {
  stack: string;
  /** Overrides of the stack's configuration; a key without a namespace is the project's own. */
  set?: Record<string, string>;
  create?: Create;
  invoke?: Invoke;
  /**
   * Keeps stack traces while the program runs. Pulumi makes one for each resource, and through the loader's source maps
   * they take four fifths of the program's time.
   * @default false
   */
  stackTraces?: boolean;
}

function stackConfig(stack: string, set: Record<string, string>): Record<string, string> {
  const file = join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    throw new CommandError({ what: "no such stack", value: stack, action: `one of ${stackNames().join(", ")}` });
  }
  const { config = {} } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const own = Object.entries(set).map(([key, value]) => [key.includes(":") ? key : `${PROJECT}:${key}`, value]);
  return {
    ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key, text(value)])),
    ...Object.fromEntries(own),
  };
}

function forgetProgram(entry: string): void {
  for (const file of Object.keys(require.cache)) {
    if (file === entry || PROGRAM_FOLDERS.some((folder) => file.startsWith(folder))) delete require.cache[file];
  }
}

export interface ProgramOptions extends Pick<RunOptions, "stack" | "create" | "invoke" | "stackTraces"> {
  /** Path of the program's module. */
  entry: string;
  project: string;
  /** By full key (`aws:region`), as text. */
  config: Record<string, string>;
}

/** Runs any program that uses the components, such as those in `examples/`. */
export async function runEntry(options: ProgramOptions): Promise<ProgramRecord> {
  const { entry, project, stack, config, create, invoke, stackTraces } = options;
  const region = config["aws:region"] ?? "us-east-1";
  const limit = Error.stackTraceLimit;
  if (!stackTraces) Error.stackTraceLimit = 0;
  const recorder = await Recorder.start({ project, stack, region, create, invoke });
  try {
    pulumi.runtime.setAllConfig(config);
    forgetProgram(entry);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it must run now, under these mocks, not when this module loads
    return await recorder.finish(require(entry) as Record<string, unknown>);
  } finally {
    recorder.abandon();
    Error.stackTraceLimit = limit;
  }
}

/**
 * @throws CommandError for an unknown stack, ConfigError for a wrong configuration, Error for a fault of the program.
 */
export const runProgram = async ({ stack, set = {}, ...options }: RunOptions): Promise<ProgramRecord> =>
  runEntry({ ...options, entry: join(ROOT, "index.ts"), project: PROJECT, stack, config: stackConfig(stack, set) });
