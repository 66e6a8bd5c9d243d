/** Answers from the edge's memory or from a bucket. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { ttlOf } from "./cachePolicy.js";
import { acceptedEncoding, compress, isCompressible, type Encoding } from "./compress.js";
import type { OriginObject, Origins } from "./origin.js";
import type { BucketBehavior, EdgePlan } from "./plan.js";
import { xmlRefusal } from "./refusals.js";
import { applyResponseHeaders } from "./responseHeaders.js";
import { parseRange, rangeWanted, send } from "./send.js";
import { MOST_OF_ONE, type KeptReply, type Store } from "./store.js";
import type { Target } from "./target.js";

export interface ObjectPorts {
  plan: EdgePlan;
  origins: Origins;
  store: Store;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  behavior: BucketBehavior;
  /** Key in the bucket. */
  key: string;
}

/** Seconds that CloudFront keeps an error of the origin unless the distribution says otherwise. */
const DEFAULT_ERROR_TTL = 10;

function headersOf(object: OriginObject): Record<string, string> {
  return {
    "content-type": object.contentType,
    "content-length": String(object.size),
    "accept-ranges": "bytes",
    etag: object.etag,
    "last-modified": object.lastModified,
    server: "AmazonS3",
    ...(object.contentEncoding && { "content-encoding": object.contentEncoding }),
    ...(object.cacheControl && { "cache-control": object.cacheControl }),
    ...(object.expires && { expires: object.expires }),
  };
}

async function compressed(headers: Record<string, string>, body: Buffer, encoding: Encoding): Promise<KeptBody> {
  const smaller = await compress(body, encoding);
  const { "accept-ranges": _ranges, ...rest } = headers;
  return {
    // Another form of the same thing has a weak tag.
    headers: { ...rest, "content-encoding": encoding, vary: "Accept-Encoding", etag: `W/${headers.etag}` },
    body: smaller,
  };
}
type KeptBody = Pick<KeptReply, "headers" | "body">;

export class Objects {
  readonly #ports: ObjectPorts;

  constructor(ports: ObjectPorts) {
    this.#ports = ports;
  }

  /** @throws when the origin does not answer. */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    behavior: BucketBehavior,
    target: Target,
  ): Promise<void> {
    const { plan, store } = this.#ports;
    const path = target.path === "/" && plan.defaultRootObject ? plan.defaultRootObject : target.key;
    const key = `${behavior.originPath}/${path}`.slice(1);
    const exchange = { request, response, behavior, key };
    // A part of a compressed form is of no use to a player: parts are of the object itself.
    const encoding =
      behavior.compress && request.headers.range === undefined
        ? acceptedEncoding(request.headers["accept-encoding"], behavior.cache)
        : null;
    const name = [behavior.bucket, key, encoding ?? ""].join("\n");
    const kept = store.get(name);
    if (kept) return this.#sendKept(exchange, kept, "Hit");
    await this.#fetch(exchange, name, encoding);
  }

  #sendKept({ request, response, behavior }: Exchange, kept: KeptReply, how: "Hit" | "Miss"): void {
    const age = Math.floor((this.#ports.now() - kept.storedAt) / 1000);
    const headers = applyResponseHeaders(behavior.headers, {
      ...kept.headers,
      ...(how === "Hit" && { age: String(age) }),
      "x-cache": kept.status === 200 ? `${how} from cloudfront` : "Error from cloudfront",
    });
    send(request, response, { status: kept.status, headers, body: kept.body });
  }

  async #fetch(exchange: Exchange, name: string, encoding: Encoding | null): Promise<void> {
    const { origins, now } = this.#ports;
    const { behavior, key } = exchange;
    const reply = await origins.fetch(behavior.bucket, key);
    if (!("object" in reply)) {
      const refusal = xmlRefusal(reply.status, reply.code, reply.message);
      const ttl = this.#ports.plan.errorTtls.get(reply.status) ?? DEFAULT_ERROR_TTL;
      return this.#keepAndSend(exchange, name, refusal.status, refusal, ttl);
    }
    const { object } = reply;
    if (object.size > MOST_OF_ONE) return this.#stream(exchange, object);
    const whole = await buffer(object.body);
    const plain = { headers: headersOf(object), body: whole };
    const shrinks = encoding && !object.contentEncoding && isCompressible(object.contentType, object.size);
    const form = shrinks ? await compressed(plain.headers, whole, encoding) : plain;
    return this.#keepAndSend(exchange, name, 200, form, ttlOf(behavior.cache, object, now()));
  }

  #keepAndSend(exchange: Exchange, name: string, status: number, form: KeptBody, ttl: number): void {
    const { store, now } = this.#ports;
    const kept = { status, headers: form.headers, body: form.body, storedAt: now(), expiresAt: now() + ttl * 1000 };
    if (ttl > 0) store.set(name, kept);
    this.#sendKept(exchange, kept, "Miss");
  }

  /** What is too large to be kept goes through, the wanted part of it only. */
  async #stream({ request, response, behavior, key }: Exchange, object: OriginObject): Promise<void> {
    const headers = applyResponseHeaders(behavior.headers, {
      ...headersOf(object),
      "x-cache": "Miss from cloudfront",
    });
    const range = parseRange(rangeWanted(request, headers), object.size);
    if (range === undefined && request.method !== "HEAD") {
      response.writeHead(200, headers);
      return pipeline(object.body, response);
    }
    object.body.destroy();
    if (!range) {
      const unsatisfied = { ...headers, "content-range": `bytes */${object.size}`, "content-length": "0" };
      response.writeHead(range === null ? 416 : 200, range === null ? unsatisfied : headers).end();
      return;
    }
    const length = range.last - range.first + 1;
    const contentRange = `bytes ${range.first}-${range.last}/${object.size}`;
    const head = { ...headers, "content-range": contentRange, "content-length": String(length) };
    if (request.method === "HEAD") {
      response.writeHead(206, head).end();
      return;
    }
    const part = await this.#ports.origins.fetch(behavior.bucket, key, `bytes=${range.first}-${range.last}`);
    if (!("object" in part)) throw new Error(`${key} went away while it was sent`);
    response.writeHead(206, head);
    await pipeline(part.object.body, response);
  }
}
