/**
 * MediaConvert on one machine: the REST calls of the unchanged SDK, jobs obeyed by ffmpeg, events on the emulator's default
 * bus, grants asked of its IAM. Listens on 127.0.0.1 only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { CreateJobRequest } from "@aws-sdk/client-mediaconvert";
import type { MediaTools } from "../ffmpeg";
import { connect, errorText, type Cloud } from "./aws";
import { badRequest, ServiceError } from "./errors";
import { Events } from "./events";
import { Grants, type Caller } from "./grants";
import { planJob } from "./job.plan";
import { Jobs } from "./jobs";
import { Operations } from "./operations";
import { probe } from "./probe";
import { decode } from "./shapes";
import { Store } from "./store";
import { Throttle } from "./throttle";
import { toWire } from "./wire";

export interface MediaConvertOptions {
  cloud: Cloud;
  tools: MediaTools;
  /** Folder for its state (`state.json`) and the files of running jobs. */
  directory: string;
  /** Default: a free one. */
  port?: number;
  /** Jobs at a time. Default 1: one ffmpeg uses all cores. */
  parallel?: number;
  /** CreateJob calls a second that are taken; those beyond it get TooManyRequestsException. Default: all are taken. */
  createJobRate?: number;
  /** Default: nothing. */
  log?: (message: string) => void;
}

export interface MediaConvert {
  /** For `AWS_ENDPOINT_URL_MEDIACONVERT`. */
  url: string;
  /** Stops listening, kills running ffmpeg processes, saves the state. */
  close(): Promise<void>;
}

/** The API's version, first part of every path. */
const API = "/2017-08-29";
/** Bytes of a request; the service's own limit of a job is far below. */
const MAX_BODY = 1024 * 1024;

export async function startMediaConvert(options: MediaConvertOptions): Promise<MediaConvert> {
  const { cloud, tools, directory, log = () => undefined } = options;
  const store = new Store(directory, log);
  const clients = connect(cloud);
  const grants = new Grants(clients, cloud, () => store.state.endpoint);
  const events = new Events(clients.events, store, cloud.account, log);
  const jobs = new Jobs(store, clients, events, {
    folder: join(directory, "jobs"),
    tools,
    parallel: options.parallel ?? 1,
    plan: ({ role, settings }) => planJob(decode<CreateJobRequest>("CreateJobRequest", { role, settings })),
    log,
  });
  const probes = join(directory, "probes");
  rmSync(probes, { recursive: true, force: true });
  mkdirSync(probes, { recursive: true });
  const operations = new Operations({
    ...{ cloud, store, jobs, grants },
    ...(options.createJobRate === undefined ? {} : { createJobs: new Throttle(options.createJobRate) }),
  });
  const routes = routesOf(operations, (caller, body) =>
    probe({ cloud, clients, grants, tools, folder: probes }, caller, body),
  );
  const server = createServer((request, response) => {
    void answer(request, response, routes, grants, log);
  });
  await new Promise<void>((settle, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, "127.0.0.1", settle);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const stopped = new Promise((settle) => server.close(settle));
      await jobs.close();
      await events.close();
      server.closeAllConnections();
      await stopped;
      store.save();
      clients.close();
    },
  };
}

interface Call {
  caller: Caller;
  /** The last part of the path, decoded; "" when the route has none. */
  name: string;
  query: URLSearchParams;
  body(): Promise<Record<string, unknown>>;
}
interface Route {
  method: string;
  path: RegExp;
  status: number;
  run(call: Call): Promise<unknown>;
}

function routesOf(operations: Operations, probing: (caller: Caller, body: unknown) => Promise<unknown>): Route[] {
  const one = (kind: string): RegExp => new RegExp(`^${API}/${kind}/([^/]+)$`);
  const all = (kind: string): RegExp => new RegExp(`^${API}/${kind}$`);
  const route = (method: string, path: RegExp, status: number, run: Route["run"]): Route => ({
    method,
    path,
    status,
    run,
  });
  return [
    route("POST", all("jobs"), 201, async ({ caller, body }) => operations.createJob(caller, await body())),
    route("GET", all("jobs"), 200, ({ caller, query }) => operations.listJobs(caller, query)),
    route("GET", one("jobs"), 200, ({ caller, name }) => operations.getJob(caller, name)),
    route("DELETE", one("jobs"), 202, ({ caller, name }) => operations.cancelJob(caller, name)),
    route("POST", all("probe"), 200, async ({ caller, body }) => ({
      probeResults: toWire(await probing(caller, await body())),
    })),
    route("POST", all("queues"), 201, async ({ caller, body }) => operations.createQueue(caller, await body())),
    route("PUT", one("queues"), 200, async ({ caller, name, body }) =>
      operations.updateQueue(caller, name, await body()),
    ),
    route("GET", one("queues"), 200, ({ caller, name }) => operations.getQueue(caller, name)),
    route("POST", all("jobTemplates"), 201, async ({ caller, body }) =>
      operations.createJobTemplate(caller, await body()),
    ),
    route("PUT", /^\/endpoint$/, 200, async ({ caller, body }) => operations.putEndpoint(caller, await body())),
    route("GET", one("jobTemplates"), 200, ({ caller, name }) => operations.getJobTemplate(caller, name)),
  ];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Route[],
  grants: Grants,
  log: (message: string) => void,
): Promise<void> {
  try {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
    const route = routes.find(({ method, path }) => method === request.method && path.test(pathname));
    if (!route) {
      throw new ServiceError(
        "NotFoundException",
        `${request.method} ${pathname} is not part of the local MediaConvert`,
      );
    }
    const caller = await grants.caller(request.headers.authorization);
    const name = decodeURIComponent(route.path.exec(pathname)?.[1] ?? "");
    send(response, route.status, await route.run({ caller, name, query, body: () => readBody(request) }));
  } catch (error) {
    const known = error instanceof ServiceError;
    if (!known)
      log(`${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? "") : errorText(error)}`);
    const failure = known ? error : new ServiceError("InternalServerErrorException", errorText(error));
    response.setHeader("x-amzn-ErrorType", failure.type);
    send(response, failure.status, { message: failure.message });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw badRequest(`the request is larger than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
  } catch {
    throw badRequest("the request is not JSON");
  }
}
