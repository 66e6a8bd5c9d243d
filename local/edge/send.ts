/** Sends an answer that is wholly in memory: conditions, ranges, HEAD (RFC 9110 §13 and §14). */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface ByteRange {
  /** First and last byte, both included. */
  first: number;
  last: number;
}

/**
 * One range of a Range header. Undefined: no range that is served (absent, several, or not in bytes), the whole is sent;
 * null: none of it is in the object.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const length = Number(to);
    return length === 0 || size === 0 ? null : { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  return first >= size ? null : { first, last };
}

const plainTag = (tag: string): string => tag.trim().replace(/^W\//, "");

/** Whether the viewer already has this. */
export function isNotModified(request: IncomingMessage, headers: Readonly<Record<string, string>>): boolean {
  const { "if-none-match": tags, "if-modified-since": since } = request.headers;
  if (tags !== undefined)
    return tags.trim() === "*" || tags.split(",").some((tag) => plainTag(tag) === plainTag(headers.etag ?? ""));
  return since !== undefined && Date.parse(headers["last-modified"] ?? "") <= Date.parse(since);
}

/** If-Range: a part of another version must not be put behind the part the viewer has. */
export function rangeWanted(request: IncomingMessage, headers: Readonly<Record<string, string>>): string | undefined {
  const { range, "if-range": condition } = request.headers;
  return condition === undefined || condition === headers.etag || condition === headers["last-modified"]
    ? range
    : undefined;
}

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { headers, body } = answer;
  if (answer.status === 200 && isNotModified(request, headers)) {
    const { "content-length": _length, "content-type": _type, "content-encoding": _encoding, ...rest } = headers;
    response.writeHead(304, rest).end();
    return;
  }
  const range = answer.status === 200 ? parseRange(rangeWanted(request, headers), body.length) : undefined;
  if (range === null) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${body.length}`, "content-length": "0" }).end();
    return;
  }
  const part = range ? body.subarray(range.first, range.last + 1) : body;
  response.writeHead(range ? 206 : answer.status, {
    ...headers,
    ...(range && { "content-range": `bytes ${range.first}-${range.last}/${body.length}` }),
    "content-length": String(part.length),
  });
  response.end(request.method === "HEAD" ? undefined : part);
}
