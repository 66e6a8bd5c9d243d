/** The whole platform on one machine: started in order, stopped in the reverse one. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { stop as stopBundler } from "esbuild";
import { isBlocked, planStack } from "../../cli/planner.js";
import { summary } from "../../cli/planText.js";
import { runProgram } from "../../cli/program.js";
import type { Output } from "../../cli/shell.js";
import { asCommandError } from "../../cli/stackArgument.js";
import { buildHandlers } from "../../handlers/build.js";
import type { ProgramRecord } from "../../model/record.js";
import { buildServices } from "../../services/build.js";
import { buildWeb } from "../../web/build.js";
import { type Cloud, connectCloud } from "../cloud/clients.js";
import { createIn, invokeIn, isCreated } from "../cloud/create.js";
import { ROOT_CREDENTIALS } from "../cloud/ministack.js";
import { startEdge } from "../edge/index.js";
import { startChild } from "./child.js";
import { type LocalCloud, startLocalCloud } from "./cloud.js";
import type { Layout } from "./layout.js";
import { clearLeftovers, ProcessList } from "./leftovers.js";
import { uploadPages } from "./pages.js";
import { freePort } from "./ports.js";
import { preflight } from "./preflight.js";
import { nodeProcess, startUntil, taskOf } from "./services.js";
import { Supervisor } from "./supervisor.js";
import { startTaskCredentials } from "./taskCredentials.js";

export const STACK = "dev";

export interface PlatformOptions {
  layout: Layout;
  /** Of the viewer; 0: any free one. */
  port: number;
  /** Overrides of the stack's configuration. */
  set: Record<string, string>;
  output: Output;
  /** Stops a start that is under way. */
  signal: AbortSignal;
}

export interface Platform {
  record: ProgramRecord;
  /** How many resources were really created, and how many the model answers for. */
  created: number;
  simulated: number;
  viewer: string;
  api: string;
  aws: { endpoint: string; region: string };
  cloud: Cloud;
  ffmpegVersion: string;
  /** What of the distribution does not hold here. */
  standIns: string[];
  /** Resolves with what happened when a process of the platform ends by itself too often to be started again. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

interface Start {
  options: PlatformOptions;
  supervisor: Supervisor;
  venv: string;
}

async function migrateExternal(url: string, log: string): Promise<void> {
  const program = { name: "database", program: "local/database.ts", typescript: true, env: { DATABASE_URL: url }, log };
  const end = await (await startChild(nodeProcess(program))).ended;
  if (end !== "exit code 0") throw new Error(`DATABASE_URL could not be migrated: ${end}, see ${log}`);
}

async function startDatabase({ options, supervisor }: Start): Promise<string> {
  const { layout } = options;
  const log = join(layout.logs, "database.log");
  const external = process.env.DATABASE_URL;
  if (external) {
    await migrateExternal(external, log);
    return external;
  }
  const port = await freePort();
  const args = ["--dir", layout.database, "--port", String(port)];
  const program = { name: "database", program: "local/database.ts", args, typescript: true, env: {}, log };
  await supervisor.run({ name: "database", port, log, start: startUntil(program, '"url"') });
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Plans while the processes boot: neither waits for the other. */
async function prepare(start: Start, region: string) {
  const { options, supervisor, venv } = start;
  const { layout, set, output } = options;
  const both = Promise.all([
    startLocalCloud({ layout, venv, region, supervisor }),
    startDatabase(start),
    buildHandlers(),
    buildServices(),
    buildWeb(),
  ]);
  // Planning keeps this thread busy; a failure beside it must not count as unhandled meanwhile.
  both.catch(() => undefined);
  const plan = await planStack({ stack: STACK, set, debug: output.debug }).catch((error: unknown) => {
    throw asCommandError(error);
  });
  output.progress(summary(plan));
  if (isBlocked(plan)) output.warn(`a mandatory policy is violated: npm run plan -- ${STACK} says which`);
  const [local, databaseUrl, , , pages] = await both;
  // The bundler's process keeps all that it read: 780 MB, measured after these builds.
  await stopBundler();
  return { local, databaseUrl, pages };
}

async function createProgram(cloud: Cloud, set: Record<string, string>): Promise<ProgramRecord> {
  const { create, failure } = createIn(cloud);
  const record = await runProgram({ stack: STACK, set, create, invoke: invokeIn(cloud) });
  const failed = failure();
  if (failed) throw failed;
  return record;
}

async function startServices(
  { options, supervisor }: Start,
  context: { record: ProgramRecord; cloud: Cloud; local: LocalCloud; databaseUrl: string; viewer: string },
): Promise<string> {
  const { record, cloud, local, databaseUrl, viewer } = context;
  const credentials = await startTaskCredentials(cloud.in().sts);
  supervisor.onStop(credentials.close);
  const port = await freePort();
  const start = async (name: "api" | "worker", overrides: Record<string, string>, at?: number): Promise<void> => {
    const { environment, roleArn } = taskOf(record, name);
    const log = join(options.layout.logs, `${name}.log`);
    const env = {
      ...environment,
      ...credentials.environmentFor(roleArn),
      AWS_ENDPOINT_URL: local.url,
      AWS_REGION: cloud.region,
      DATABASE_URL: databaseUrl,
      ...overrides,
    };
    const program = { name, program: `.local/build/services/${name}/main.js`, env, log };
    await supervisor.run({ name, port: at, log, start: startUntil(program, '"ready":true') });
  };
  const api = start("api", { HOST: "127.0.0.1", PORT: String(port), MEDIA_ORIGIN: viewer }, port);
  await Promise.all([api, start("worker", { HEARTBEAT_FILE: join(options.layout.logs, "worker.heartbeat") })]);
  return `http://127.0.0.1:${port}`;
}

/** Milliseconds. A killed platform loses what came after the last save. */
const SAVE_EVERY = 30_000;

function saveRegularly({ save }: LocalCloud, supervisor: Supervisor): void {
  save();
  const timer = setInterval(save, SAVE_EVERY);
  supervisor.onStop(() => Promise.resolve(clearInterval(timer)));
}

const regionOf = ({ set }: PlatformOptions): string => set["aws:region"] ?? "us-east-1";

async function startParts(start: Start, ffmpegVersion: string): Promise<Platform> {
  const { options, supervisor } = start;
  const { set, signal, output, port } = options;
  const region = regionOf(options);
  const { local, databaseUrl, pages } = await prepare(start, region);
  signal.throwIfAborted();
  output.progress("creating the program's resources in the emulated cloud");
  const cloud = connectCloud({ endpoint: local.url, mediaConvertEndpoint: local.mediaConvertUrl, region });
  supervisor.onStop(async () => cloud.close());
  const record = await createProgram(cloud, set);
  saveRegularly(local, supervisor);
  signal.throwIfAborted();
  await uploadPages(cloud.in().s3, String(record.outputs.webBucket), pages);
  const custom = record.resources.filter((resource) => resource.custom);
  const edge = await startEdge({
    record: { resources: custom.map((resource) => ({ ...resource, id: resource.id ?? "" })) },
    aws: { endpoint: local.url, region, ...ROOT_CREDENTIALS },
    port,
    onError: (error) => output.debug && output.progress(`edge: ${String(error)}`),
  });
  supervisor.onStop(edge.close);
  const api = await startServices(start, { record, cloud, local, databaseUrl, viewer: edge.url });
  edge.connectApi(api);
  signal.throwIfAborted();
  const created = custom.filter(({ type }) => isCreated(type)).length;
  return {
    record,
    created,
    simulated: custom.length - created,
    viewer: edge.url,
    api,
    aws: { endpoint: local.url, region },
    cloud,
    ffmpegVersion,
    standIns: edge.standIns,
    broken: supervisor.broken,
    stop: () => supervisor.stop(),
  };
}

/**
 * Starts everything. What has been started is stopped again when a later part fails or the signal comes.
 * @throws CommandError for what the person at the terminal can mend, Error for our own faults.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { layout, output } = options;
  const { venv, media, ownership } = await preflight(layout, options.port, output);
  const killed = existsSync(layout.processes) ? await clearLeftovers(layout) : null;
  if (killed) output.warn(killed);
  mkdirSync(layout.logs, { recursive: true });
  const list = new ProcessList(layout.processes);
  const supervisor = new Supervisor(list, (line) => output.warn(line));
  supervisor.onStop(async () => {
    list.remove();
    await ownership.release();
  });
  try {
    return await startParts({ options, supervisor, venv }, media.version);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
