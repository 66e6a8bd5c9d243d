/** Variables: what the code of a function or container reads is set, and what is set is read. */
import { dirname, join, resolve } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { HANDLER_ENVIRONMENT, SERVICE_ENVIRONMENT } from "../../../contracts/environment";
import type { ResourceRecord } from "../../../model/record";
import { at, label, listOf, ofType, opened, type Check } from "./check";

const ROOT = resolve(__dirname, "../../..");

/** What AWS sets in every function and task (Lambda and ECS Developer Guides). */
const BY_AWS = /^(AWS_|ECS_|LAMBDA_|_X_AMZN_|NODE_|PATH$|TZ$)/;
/** Read by libraries or by images of others, by their documentation. */
const BY_LIBRARIES: readonly [RegExp, string][] = [
  [/^POWERTOOLS_/, "Powertools for AWS Lambda"],
  [/^OTEL_/, "OpenTelemetry SDK"],
  [/^NODE_/, "Node.js"],
  [/^PG[A-Z]+$/, "libpq"],
];

interface Reads {
  /** Without them the process does not start. */
  required: Set<string>;
  /** With a default. */
  optional: Set<string>;
}

const contracts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  HANDLER_ENVIRONMENT,
  SERVICE_ENVIRONMENT,
};

/** The files that a module pulls in from our own sources, itself first. */
function closure(entry: string, seen = new Set<string>()): string[] {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const text = readFileSync(entry, "utf8");
  const imports = [...text.matchAll(/(?:from|import) "(\.[^"]+)"/g)].map(([, path = ""]) => join(dirname(entry), path));
  const files = imports.flatMap((path) =>
    [path.replace(/\.js$/, ".ts"), `${path}.ts`, join(path, "index.ts")].filter(
      (file) => file.endsWith(".ts") && existsSync(file),
    ),
  );
  return [entry, ...files.flatMap((file) => closure(file, seen))];
}

/** Names in the argument of `readEnvironment(…)`: a contract's list, texts, or both. */
function namesIn(argument: string): string[] {
  const listed = [...argument.matchAll(/(HANDLER_ENVIRONMENT|SERVICE_ENVIRONMENT)\.(\w+)/g)].flatMap(
    ([, contract = "", member = ""]) => contracts[contract]?.[member] ?? [],
  );
  return [...listed, ...[...argument.matchAll(/"([A-Z][A-Z0-9_]+)"/g)].map(([, name = ""]) => name)];
}

/** What a file reads: `readEnvironment`, `process.env.X`, its destructuring, and `optional.X` of a function that is handed `process.env`. */
function readsOf(file: string): Reads {
  // The reader itself names no variable of anybody's.
  const text = file.endsWith("contracts/environment.ts") ? "" : readFileSync(file, "utf8");
  const required = [...text.matchAll(/readEnvironment\(([^)]*)\)/g)].flatMap(([, argument = ""]) => namesIn(argument));
  const optional = [
    ...[...text.matchAll(/\b(?:process\.env|optional)\.([A-Z][A-Z0-9_]+)/g)].map(([, name = ""]) => name),
    ...[...text.matchAll(/\{([A-Z0-9_,\s]+)\} = process\.env/g)].flatMap(
      ([, list = ""]) => list.match(/[A-Z0-9_]+/g) ?? [],
    ),
  ];
  return { required: new Set(required), optional: new Set(optional) };
}

function readsFrom(entry: string): Reads {
  const all = closure(entry).map(readsOf);
  return {
    required: new Set(all.flatMap(({ required }) => [...required])),
    optional: new Set(all.flatMap(({ optional }) => [...optional])),
  };
}

function compare(where: string, reads: Reads, set: string[]): string[] {
  const missing = [...reads.required].filter((name) => !set.includes(name) && !BY_AWS.test(name));
  const unread = set.filter(
    (name) =>
      !reads.required.has(name) && !reads.optional.has(name) && !BY_LIBRARIES.some(([pattern]) => pattern.test(name)),
  );
  return [
    ...missing.map((name) => `${where}: the code reads a variable that is not set · ${name} → set it`),
    ...unread.map((name) => `${where}: a variable is set that nobody reads · ${name} → leave it out`),
  ];
}

/** Where the code of a function or a container starts, by the name under which it is deployed. */
const entryOf = (name: string): string | undefined =>
  [
    `handlers/${name}/index.ts`,
    `services/${name}/src/main.ts`,
    `images/${name}/src/main.ts`,
    ...(name === "migrate" ? ["services/database/main.ts"] : []),
  ]
    .map((path) => join(ROOT, path))
    .find((path) => existsSync(path));

function functionFaults(fn: ResourceRecord): string[] {
  const folder =
    String(at(fn.inputs.code, "archive") ?? "")
      .split("/")
      .at(-1) ?? "";
  const entry = entryOf(folder);
  if (entry === undefined)
    return [`${label(fn)}: its code is none of handlers/ · ${folder || "no archive"} → a folder there`];
  return compare(label(fn), readsFrom(entry), Object.keys((at(fn.inputs, "environment.variables") ?? {}) as object));
}

/** Containers of images that are not ours are left to their own documentation. */
function containerFaults(task: ResourceRecord): string[] {
  return listOf(opened(task.inputs.containerDefinitions)).flatMap((raw) => {
    const container = raw as { name: string; environment?: { name: string }[]; secrets?: { name: string }[] };
    const entry = entryOf(container.name);
    if (entry === undefined) return [];
    const set = [...(container.environment ?? []), ...(container.secrets ?? [])].map(({ name }) => name);
    return compare(`${label(task)}, container ${container.name}`, readsFrom(entry), set);
  });
}

export const environments: Check = (program) => [
  ...ofType(program, "aws:lambda/function:Function").flatMap(functionFaults),
  ...ofType(program, "aws:ecs/taskDefinition:TaskDefinition").flatMap(containerFaults),
];
