/** The program's services as Node processes: the task definition's environment, its role, and what differs here. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "../../contracts/environment.js";
import type { ProgramRecord } from "../../model/record.js";
import { ROOT } from "./layout.js";
import { type Child, type ChildOptions, startChild, waitFor } from "./child.js";

const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

export interface Task {
  environment: Record<string, string>;
  roleArn: string;
}

interface Container {
  name: string;
  environment: { name: string; value: string }[];
}

/** @throws Error when the program defines no task with a container of that name. */
export function taskOf(record: Pick<ProgramRecord, "resources">, service: ServiceName): Task {
  for (const { type, inputs } of record.resources) {
    if (type !== TASK_DEFINITION) continue;
    const containers = JSON.parse(String(inputs.containerDefinitions)) as Container[];
    const container = containers.find(({ name }) => name === service);
    if (!container) continue;
    const environment = Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
    return { environment, roleArn: String(inputs.taskRoleArn) };
  }
  throw new Error(`the program has no task definition with a container "${service}"`);
}

export interface NodeProcess {
  name: string;
  /** Path of the program from the root. */
  program: string;
  args?: string[];
  /** TypeScript needs its loader; a bundle does not. */
  typescript?: boolean;
  env: Record<string, string>;
  log: string;
}

/** A Node process of ours. It inherits nothing: no credentials, no proxies, no home folder with profiles. */
export function nodeProcess({ name, program, args = [], typescript, env, log }: NodeProcess): ChildOptions {
  const loader = typescript ? ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs")] : [];
  return {
    name,
    command: process.execPath,
    args: ["--require", join(__dirname, "tether.cjs"), ...loader, join(ROOT, program), ...args],
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", TMPDIR: tmpdir(), NODE_ENV: "production", ...env },
    log,
    channel: true,
  };
}

/** For a supervised part: starts the program and waits until its log holds `word`. */
export const startUntil =
  (program: NodeProcess, word: string) =>
  async (known: (child: Child) => Promise<void>): Promise<Child> => {
    const child = await startChild(nodeProcess(program));
    await known(child);
    await waitFor(child, word, () => Promise.resolve(readFileSync(program.log, "utf8").includes(word)));
    return child;
  };
