/** The whole platform on one machine: started in order, stopped in the reverse one. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
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
import { type Emulator, ROOT_CREDENTIALS } from "../cloud/ministack.js";
import { startEdge } from "../edge/index.js";
import { type Child, startChild, waitFor } from "./child.js";
import { type LocalCloud, startLocalCloud } from "./cloud.js";
import type { Layout } from "./layout.js";
import { clearLeftovers, ProcessList } from "./leftovers.js";
import { uploadPages } from "./pages.js";
import { freePort } from "./ports.js";
import { preflight } from "./preflight.js";
import { nodeProcess, taskOf } from "./services.js";
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
  /** Resolves with what happened when a process of the platform ends by itself. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

/** What has been started, to be stopped in the reverse order. */
class Running {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;
  #break: (what: string) => void = () => undefined;
  readonly broken = new Promise<string>((resolve) => (this.#break = resolve));

  constructor(private readonly list: ProcessList) {}

  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  readonly child = async (child: Child, stop: () => Promise<void> = () => child.stop()): Promise<void> => {
    this.onStop(stop);
    void child.ended.then((end) => {
      if (!this.#stopping)
        this.#break(`${child.name} has ended by itself (${end}); its last words are in ${child.log}`);
    });
    await this.list.add(child);
  };

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop();
    })();
    return this.#stopping;
  }
}

interface Start {
  options: PlatformOptions;
  running: Running;
  venv: string;
}

async function startDatabase({ options, running }: Start): Promise<string> {
  const { layout } = options;
  const external = process.env.DATABASE_URL;
  const port = await freePort();
  const database = await startChild(
    nodeProcess({
      name: "database",
      program: "local/database.ts",
      args: ["--dir", layout.database, "--port", String(port)],
      typescript: true,
      env: external ? { DATABASE_URL: external } : {},
      log: join(layout.logs, "database.log"),
    }),
  );
  if (external) {
    const end = await database.ended;
    if (end !== "exit code 0") throw new Error(`DATABASE_URL could not be migrated: ${end}, see ${database.log}`);
    return external;
  }
  await running.child(database);
  await waitFor(database, "its first line", () =>
    Promise.resolve(readFileSync(database.log, "utf8").includes('"url"')),
  );
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Plans while the processes boot: neither waits for the other. */
async function prepare(start: Start, region: string) {
  const { options, running, venv } = start;
  const { layout, set, output } = options;
  const both = Promise.all([
    startLocalCloud({ layout, venv, region, onStart: running.child }),
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
  { options, running }: Start,
  context: { record: ProgramRecord; cloud: Cloud; local: LocalCloud; databaseUrl: string; viewer: string },
): Promise<string> {
  const { record, cloud, local, databaseUrl, viewer } = context;
  const credentials = await startTaskCredentials(cloud.in().sts);
  running.onStop(credentials.close);
  const port = await freePort();
  const start = async (name: "api" | "worker", overrides: Record<string, string>): Promise<Child> => {
    const { environment, roleArn } = taskOf(record, name);
    const child = await startChild(
      nodeProcess({
        name,
        program: `.local/build/services/${name}/main.js`,
        env: {
          ...environment,
          ...credentials.environmentFor(roleArn),
          AWS_ENDPOINT_URL: local.emulator.url,
          AWS_REGION: cloud.region,
          DATABASE_URL: databaseUrl,
          ...overrides,
        },
        log: join(options.layout.logs, `${name}.log`),
      }),
    );
    await running.child(child);
    return child;
  };
  const isReady = (child: Child) => () => Promise.resolve(readFileSync(child.log, "utf8").includes('"ready":true'));
  const api = await start("api", { HOST: "127.0.0.1", PORT: String(port), MEDIA_ORIGIN: viewer });
  const worker = await start("worker", {});
  await Promise.all([waitFor(api, "readiness", isReady(api)), waitFor(worker, "readiness", isReady(worker))]);
  return `http://127.0.0.1:${port}`;
}

/** Milliseconds. A killed platform loses what came after the last save. */
const SAVE_EVERY = 30_000;

function saveRegularly(emulator: Emulator, running: Running): void {
  emulator.save();
  const timer = setInterval(emulator.save, SAVE_EVERY);
  running.onStop(() => Promise.resolve(clearInterval(timer)));
}

const regionOf = ({ set }: PlatformOptions): string => set["aws:region"] ?? "us-east-1";

async function startParts(start: Start, ffmpegVersion: string): Promise<Platform> {
  const { options, running } = start;
  const { set, signal, output, port } = options;
  const region = regionOf(options);
  const { local, databaseUrl, pages } = await prepare(start, region);
  signal.throwIfAborted();
  output.progress("creating the program's resources in the emulated cloud");
  const cloud = connectCloud({ endpoint: local.emulator.url, mediaConvertEndpoint: local.mediaConvertUrl, region });
  running.onStop(async () => cloud.close());
  const record = await createProgram(cloud, set);
  saveRegularly(local.emulator, running);
  signal.throwIfAborted();
  await uploadPages(cloud.in().s3, String(record.outputs.webBucket), pages);
  const custom = record.resources.filter((resource) => resource.custom);
  const edge = await startEdge({
    record: { resources: custom.map((resource) => ({ ...resource, id: resource.id ?? "" })) },
    aws: { endpoint: local.emulator.url, region, ...ROOT_CREDENTIALS },
    port,
    onError: (error) => output.debug && output.progress(`edge: ${String(error)}`),
  });
  running.onStop(edge.close);
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
    aws: { endpoint: local.emulator.url, region },
    cloud,
    ffmpegVersion,
    standIns: edge.standIns,
    broken: running.broken,
    stop: () => running.stop(),
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
  const running = new Running(list);
  running.onStop(async () => {
    list.remove();
    await ownership.release();
  });
  try {
    return await startParts({ options, running, venv }, media.version);
  } catch (error) {
    await running.stop();
    throw error;
  }
}
