/** A real OpenSearch cluster of three nodes in one Java process, on the loopback interface, with a folder for snapshots. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SearchApi } from "../../../handlers/searchSetup/ports";

const ROOT = resolve(__dirname, "../../..");
const JARS = join(ROOT, ".local/backends/opensearch-2.19.1");
const NODES = 3;
/** Seconds: three nodes in one process on two busy cores. */
const PATIENCE = 240;
const RUNNER = "org.codelibs.opensearch.runner.OpenSearchRunner";

export interface OpenSearch {
  /** What the setup uses. */
  api: SearchApi;
  /** What operators use beside it. */
  post(path: string, body: object): Promise<{ status: number; body: unknown }>;
  /** Folder in which a repository of type `fs` may lie. */
  repository: string;
  stop(): Promise<void>;
}

/** @throws Error that says which package is missing. */
function run(command: string, args: string[], debian: string): void {
  try {
    execFileSync(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { code, stdout } = error as { code?: string; stdout?: Buffer };
    if (code === "ENOENT") throw new Error(`${command} is not installed → apt-get install ${debian}`, { cause: error });
    throw new Error(`${command} failed · ${stdout?.toString().slice(-2000)}`, { cause: error });
  }
}

/** Fetches the libraries once. Maven checks them against Maven Central's checksums. */
function install(): void {
  if (existsSync(join(JARS, "complete"))) return;
  mkdirSync(JARS, { recursive: true });
  const pom = join(__dirname, "opensearch.pom.xml");
  run("mvn", ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${JARS}`], "maven");
  writeFileSync(join(JARS, "complete"), "");
}

type Call = (method: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>;

const overHttp =
  (port: number): Call =>
  async (method, path, body) => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text };
  };

/** Waits until all nodes have found each other. The runner itself picks free ports and prints the first node's. */
async function whenUp(child: ChildProcess, log: string): Promise<Call> {
  for (let second = 0; second < PATIENCE; second += 1) {
    const said = readFileSync(log, "utf8");
    if (child.exitCode !== null) throw new Error(`OpenSearch ended at its start · ${said.slice(-2000)}`);
    const port = /^HTTP Port: +(\d+)$/m.exec(said)?.[1];
    if (port !== undefined) {
      const call = overHttp(Number(port));
      const health = await call("GET", "/_cluster/health").catch(() => undefined);
      if ((health?.body as { number_of_data_nodes?: number } | undefined)?.number_of_data_nodes === NODES) return call;
    }
    await sleep(1_000);
  }
  throw new Error(`OpenSearch has not come up within ${PATIENCE} s · ${readFileSync(log, "utf8").slice(-2000)}`);
}

export async function startOpenSearch(): Promise<OpenSearch> {
  install();
  const folder = mkdtempSync(join(tmpdir(), "vod-opensearch-"));
  const repository = join(folder, "snapshots");
  mkdirSync(repository);
  for (let node = 1; node <= NODES; node += 1) {
    mkdirSync(join(folder, `node_${node}/config`), { recursive: true });
    const settings = `path.repo: ["${repository}"]\nnetwork.host: 127.0.0.1\ncluster.routing.allocation.disk.threshold_enabled: false\n`;
    writeFileSync(join(folder, `node_${node}/config/opensearch.yml`), settings);
  }
  const log = join(folder, "log.txt");
  writeFileSync(log, "");
  const nodes = ["-basePath", folder, "-numOfNode", String(NODES), "-clusterName", `vod-${process.pid}`];
  const shell = ["-c", 'exec java -Xmx640m -cp "$0/*" "$@" > "$LOG" 2>&1', JARS, RUNNER, ...nodes];
  run("java", ["-version"], "default-jre-headless");
  const child = spawn("sh", shell, { stdio: "ignore", env: { ...process.env, LOG: log } });
  const stop = async (): Promise<void> => {
    const ended = new Promise((done) => child.once("exit", done));
    if (child.exitCode === null && child.kill("SIGKILL")) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const call = await whenUp(child, log);
    return { api: { call }, post: (path, body) => call("POST", path, body), repository, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
