/**
 * The program's distribution on one machine: its cache behaviours, cache policies, response headers, signed cookies and
 * origin grants, over plain HTTP on loopback.
 *
 * What it cannot hold, and says through `standIns`: TLS (so the viewer protocol "redirect-to-https" is not enforced),
 * web ACLs, geographic restrictions, HTTP/2 and 3, price classes, access logs.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Objects } from "./objects.js";
import { Origins, type AwsEndpoint } from "./origin.js";
import { edgePlanFrom, type Behavior, type BucketBehavior, type EdgePlan, type EdgeRecord } from "./plan.js";
import { proxyToApi } from "./proxy.js";
import { htmlRefusal, xmlRefusal } from "./refusals.js";
import { applyResponseHeaders } from "./responseHeaders.js";
import { send, type Answer } from "./send.js";
import { parseCookies, refusalOf } from "./signedCookies.js";
import { Store } from "./store.js";
import { parseTarget, type Target } from "./target.js";
import { matchesPath } from "./wildcard.js";

export interface EdgeOptions {
  record: EdgeRecord;
  aws: AwsEndpoint;
  /** Default 0: any free port. */
  port?: number;
  /** Stands for the load balancer; may be given later by `connectApi`. */
  apiUrl?: string;
  /** Bytes of answers kept in memory. Default 64 MiB. */
  cacheBytes?: number;
  /** Milliseconds since 1970; for tests. */
  now?: () => number;
  onError?: (error: unknown) => void;
}

export interface Edge {
  /** The viewer's origin, http://127.0.0.1:port. */
  url: string;
  /** What of the distribution does not hold here, one sentence each. */
  standIns: string[];
  connectApi(url: string): void;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const CACHE_BYTES = 64 * 1024 * 1024;

function standInsOf(plan: EdgePlan): string[] {
  const forced = plan.behaviors.filter((behavior) => behavior.viewerProtocol !== "allow-all").length;
  return [
    ...(forced > 0 ? [`CloudFront: plain HTTP on loopback; ${forced} behaviours ask for HTTPS`] : []),
    ...plan.behaviors
      .filter(({ kind }) => kind === "balancer")
      .map(({ pattern }) => `CloudFront: ${pattern} goes to the api's process, for want of a load balancer`),
    ...(plan.failover ? ["CloudFront: no failover to the recovery region's copies"] : []),
  ];
}

class EdgeServer {
  readonly #plan: EdgePlan;
  readonly #objects: Objects;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  origin = "";
  hosts: ReadonlySet<string> = new Set();
  apiUrl: string | null;

  constructor(plan: EdgePlan, origins: Origins, options: EdgeOptions) {
    this.#plan = plan;
    this.#now = options.now ?? Date.now;
    this.#onError = options.onError ?? (() => undefined);
    this.apiUrl = options.apiUrl ?? null;
    const store = new Store(options.cacheBytes ?? CACHE_BYTES, this.#now);
    this.#objects = new Objects({ plan, origins, store, now: this.#now });
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("via", "1.1 local-edge (CloudFront)");
    response.setHeader("x-amz-cf-id", randomBytes(16).toString("base64url"));
    // A page of another site whose name was pointed at this machine gets nothing.
    if (!this.hosts.has(request.headers.host ?? ""))
      return send(request, response, htmlRefusal(403, "Bad request.", "The distribution has no such host name."));
    const target = parseTarget(request.url ?? "");
    if (!target) return send(request, response, htmlRefusal(400, "Bad request.", "The URL cannot be read."));
    const behavior = this.#plan.behaviors.find(({ pattern }) => matchesPath(pattern, target.path));
    if (!behavior) throw new Error("the distribution has no default behaviour");
    const refusal = this.#refusal(request, behavior, target);
    if (refusal) {
      const headers = applyResponseHeaders(behavior.headers, refusal.headers);
      // What is refused now may be open in a second, with a new cookie.
      return send(request, response, { ...refusal, headers: { ...headers, "cache-control": "no-store" } });
    }
    if (behavior.kind === "balancer") return proxyToApi(request, response, this.apiUrl, behavior.headers);
    await this.#serve(request, response, behavior, target);
  }

  #refusal(request: IncomingMessage, behavior: Behavior, target: Target): Answer | null {
    if (!behavior.allowedMethods.includes(request.method ?? ""))
      return htmlRefusal(403, "Method not allowed.", "This distribution does not take this HTTP method here.");
    if (behavior.signers) {
      const refusal = refusalOf(
        {
          url: `${this.origin}${target.path}${target.query && `?${target.query}`}`,
          cookies: parseCookies(request.headers.cookie),
          address: request.socket.remoteAddress ?? "",
          now: this.#now(),
        },
        behavior.signers,
      );
      if (refusal) return xmlRefusal(403, refusal.code, refusal.message);
    }
    // S3 answers a preflight by the bucket's CORS rules; our buckets have none, as page and media share one origin.
    return request.method === "OPTIONS" && behavior.kind === "bucket"
      ? xmlRefusal(403, "AccessForbidden", "CORSResponse: CORS is not enabled.")
      : null;
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    behavior: BucketBehavior,
    target: Target,
  ): Promise<void> {
    try {
      await this.#objects.serve(request, response, behavior, target);
    } catch (error) {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      this.#onError(error);
      const answer = htmlRefusal(502, "The origin did not answer.", "The emulated S3 cannot be reached, or failed.");
      send(request, response, { ...answer, headers: applyResponseHeaders(behavior.headers, answer.headers) });
    }
  }
}

/** @throws Error when the distribution asks for what this edge cannot do, or the port is taken. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const plan = edgePlanFrom(options.record);
  const origins = new Origins(options.aws, plan.distributionArn);
  const edge = new EdgeServer(plan, origins, options);
  const server = createServer((request, response) => {
    edge.handle(request, response).catch((error: unknown) => {
      options.onError?.(error);
      response.destroy();
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, HOST, done);
  });
  const { port } = server.address() as AddressInfo;
  edge.origin = `http://${HOST}:${port}`;
  edge.hosts = new Set([`${HOST}:${port}`, `localhost:${port}`]);
  return {
    url: edge.origin,
    standIns: standInsOf(plan),
    connectApi: (url) => {
      edge.apiUrl = url;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      origins.close();
    },
  };
}
