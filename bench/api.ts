/**
 * Requests a second and p99 of the api's list and detail, warm, against a bare Fastify route that returns the same bytes
 * as a fixed string. Each server is a process of its own; the load generator is here. Prints one JSON line a route:
 * {"route","bytes","baseline","api","ratio","p99Ratio","cpuRatio","rssMb"}: medians of the rounds, in which both are
 * measured in turns. `cpuRatio` compares the processor time of one request, which other load on the machine hardly moves.
 *
 * Run: tools/run bench/api.ts [--seconds 2] [--rounds 5]
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import Fastify from "fastify";
import { pino } from "pino";
import type { TitleRow, Titles } from "../services/api/src/data/titles.js";
import { buildServer } from "../services/api/src/server.js";

const CONNECTIONS = 32;
const VIDEO = "0199d2a0-0000-7000-8000-000000000001";

/** A page as large as the viewer's first: 24 titles. */
function rowOf(number: number): TitleRow {
  const base = `${VIDEO}/0199d2a0-0000-7000-8000-000000009999`;
  return {
    videoId: VIDEO.slice(0, -3) + String(number).padStart(3, "0"),
    title: `A film with a name of usual length, number ${number}`,
    publishedAt: "2026-10-01T12:00:00.000000Z",
    outputs: {
      hls: `media/${base}/stream.m3u8`,
      dash: `media/${base}/stream.mpd`,
      poster: `posters/${base}.jpg`,
      thumbnails: `media/${base}/thumbnails.vtt`,
      renditions: [360, 480, 720, 1080].map((height) => ({
        width: (height * 16) / 9,
        height,
        bitrate: height * 4_000,
      })),
      duration: 5_400,
    },
  };
}

const titles: Titles = {
  list: (limit) => Promise.resolve(Array.from({ length: limit }, (_, index) => rowOf(index))),
  find: () => Promise.resolve(rowOf(1)),
  ping: () => Promise.resolve(),
};

/** In a child: the api itself, or the bare route, then its port by the channel. */
async function serve(bodies: Record<string, string> | null): Promise<void> {
  const app = bodies
    ? Fastify()
    : await buildServer({
        titles,
        signatures: {
          sign: () => Promise.resolve(new Uint8Array(256)),
          keyPairId: "K",
          origin: "https://vod.example.com",
        },
        logger: pino(pino.destination(2)),
        // At full load on purpose: shedding would be measured as speed.
        pressure: { maxEventLoopDelay: 60_000 },
      });
  for (const [path, body] of Object.entries(bodies ?? {}))
    app.get(path, (_request, reply) => reply.type("application/json; charset=utf-8").send(body));
  process.send?.(await app.listen({ host: "127.0.0.1", port: 0 }));
  process.once("disconnect", () => process.exit(0));
}

async function startServer(bodies?: Record<string, string>): Promise<Server> {
  const child = fork(__filename, ["--serve", ...(bodies ? [JSON.stringify(bodies)] : [])]);
  const [url] = (await once(child, "message")) as [string];
  return { url, child };
}

interface Measured {
  perSecond: number;
  p99: number;
  /** Microseconds of processor time a request. */
  cpu: number;
}
interface Server {
  url: string;
  child: ChildProcess;
}

/** Microseconds of processor time that a process has used: utime and stime of proc(5), in hundredths of a second. */
function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

async function measure({ url, child }: Server, path: string, duration: number): Promise<Measured> {
  const load = { url: url + path, connections: CONNECTIONS };
  await autocannon({ ...load, duration: 1 });
  const before = cpuOf(child.pid);
  const result = await autocannon({ ...load, duration });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${path}: ${result.non2xx} refused, ${result.errors} failed`);
  return {
    perSecond: result.requests.average,
    // autocannon counts whole milliseconds; under one it says 0.
    p99: Math.max(1, result.latency.p99),
    cpu: (cpuOf(child.pid) - before) / result.requests.total,
  };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const rssMb = (pid: number | undefined): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? NaN) / 1024;

async function main(seconds: number, rounds: number): Promise<void> {
  const api = await startServer();
  const paths = ["/api/titles?limit=24", `/api/titles/${VIDEO}`];
  const bodies: Record<string, string> = {};
  for (const path of paths) bodies[path.split("?")[0] ?? path] = await (await fetch(api.url + path)).text();
  const bare = await startServer(bodies);
  for (const path of paths) {
    const runs: { bare: Measured; api: Measured }[] = [];
    for (let round = 0; round < rounds; round += 1)
      runs.push({ bare: await measure(bare, path, seconds), api: await measure(api, path, seconds) });
    const of = (value: (run: (typeof runs)[number]) => number): number => median(runs.map(value));
    console.log(
      JSON.stringify({
        route: path,
        bytes: bodies[path.split("?")[0] ?? path]?.length,
        baseline: { perSecond: Math.round(of((run) => run.bare.perSecond)), p99: of((run) => run.bare.p99) },
        api: { perSecond: Math.round(of((run) => run.api.perSecond)), p99: of((run) => run.api.p99) },
        ratio: Number(of((run) => run.api.perSecond / run.bare.perSecond).toFixed(3)),
        p99Ratio: Number(of((run) => run.api.p99 / run.bare.p99).toFixed(2)),
        cpuRatio: Number(of((run) => run.bare.cpu / run.api.cpu).toFixed(3)),
        rssMb: Math.round(rssMb(api.child.pid)),
      }),
    );
  }
  api.child.disconnect();
  bare.child.disconnect();
}

const [flag, bodies] = process.argv.slice(2);
if (flag === "--serve") void serve(bodies === undefined ? null : (JSON.parse(bodies) as Record<string, string>));
else {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "2" }, rounds: { type: "string", default: "5" } },
  });
  void main(Number(values.seconds), Number(values.rounds));
}
