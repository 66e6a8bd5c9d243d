/**
 * Replies kept as the bytes that are sent. Turning a list into JSON costs as much as all the rest of a request, and the
 * same list is asked for again and again.
 */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface ReadyReply {
  body: Buffer;
  etag: string;
  headers: Readonly<Record<string, string>>;
}

/** The browser may keep it, and asks each time whether it still holds. */
const CACHE_CONTROL = "no-cache";

export function readyReply(value: unknown): ReadyReply {
  const body = Buffer.from(JSON.stringify(value));
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return {
    body,
    etag,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-length": String(body.length),
      "cache-control": CACHE_CONTROL,
      etag,
    },
  };
}

/** Weak comparison, as RFC 9110 §13.1.2 asks for If-None-Match. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag || header === "*") return true;
  return header.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === etag);
}

export function sendReady(request: FastifyRequest, reply: FastifyReply, ready: ReadyReply): FastifyReply {
  if (matchesEtag(request.headers["if-none-match"], ready.etag))
    return reply.code(304).headers({ etag: ready.etag, "cache-control": CACHE_CONTROL }).send();
  return reply.headers(ready.headers).send(ready.body);
}
