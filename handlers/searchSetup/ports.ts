/** The search domain as the setup sees it. */
import type { Clock, Log, Metrics } from "../ports";

export interface SearchReply {
  status: number;
  /** Parsed JSON. */
  body: unknown;
}

/** The domain's own REST interface. */
export interface SearchApi {
  /** @param path with its leading slash, and the query. */
  call(method: "GET" | "PUT" | "DELETE", path: string, body?: object): Promise<SearchReply>;
}

/** Where snapshots are kept: `s3` in the cloud, `fs` where there is no bucket. */
export interface Repository {
  type: "s3" | "fs";
  settings: Record<string, string>;
}

export interface SetupConfig {
  repository: Repository;
  retentionDays: number;
}

export interface SetupPorts {
  api: SearchApi;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/** @throws Error with the request, the status and the beginning of the answer, unless the status is 2xx. */
export async function ask(
  api: SearchApi,
  method: "GET" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<unknown> {
  const reply = await api.call(method, path, body);
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  throw new Error(`${method} ${path} · ${reply.status} ${JSON.stringify(reply.body).slice(0, 500)}`);
}
