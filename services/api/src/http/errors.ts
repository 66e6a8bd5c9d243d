/** Every refusal leaves as an `ApiError`, with a stable code for programs and a sentence for people, and never a stack. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { ApiError } from "../../../../contracts/api.js";
import { SECURITY_HEADERS } from "./headers.js";

export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "HttpError";
  }
}

/** Seconds that a client is asked to wait before it comes again. */
const RETRY_AFTER = "2";

export const overloaded = (): HttpError =>
  new HttpError(503, "overloaded", "Too many requests at once; try again shortly.", { "retry-after": RETRY_AFTER });
export const unavailable = (cause: unknown): HttpError =>
  new HttpError(
    503,
    "unavailable",
    "A part we depend on does not answer; try again shortly.",
    { "retry-after": RETRY_AFTER },
    { cause },
  );
export const notFound = (what: string): HttpError => new HttpError(404, "not_found", `No such ${what}.`);
export const methodNotAllowed = (method: string, allowed: string): HttpError =>
  new HttpError(405, "method_not_allowed", `${method} is not allowed here; allowed: ${allowed}.`, { allow: allowed });

const body = (code: string, message: string): ApiError => ({ error: { code, message } });

/** Codes of the refusals that Fastify itself makes. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: "invalid_request",
  404: "not_found",
  408: "timeout",
  413: "body_too_large",
  414: "url_too_long",
  415: "unsupported_media_type",
  431: "headers_too_large",
};

export function handleError(error: FastifyError | HttpError, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof HttpError) {
    if (error.statusCode >= 500) request.log.error({ reqId: request.id, err: error.cause ?? error }, error.message);
    void reply.code(error.statusCode).headers(error.headers).send(body(error.code, error.message));
    return;
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    void reply.code(status).send(body(CODE_OF_STATUS[status] ?? "invalid_request", error.message));
    return;
  }
  request.log.error({ reqId: request.id, err: error }, "unexpected error");
  void reply.code(500).send(body("internal", "Something went wrong on our side."));
}

const STATUS_OF_PARSER: Readonly<Record<string, number>> = {
  HPE_INVALID_METHOD: 405,
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const MESSAGE_OF_STATUS: Readonly<Record<number, string>> = {
  400: "The request is not HTTP that we understand.",
  405: "No such method.",
  408: "The request took too long to arrive.",
  431: "The request's headers are too large.",
};

/** What never became a request (a broken head, an unknown method, one that came too slowly) is answered on the bare socket. */
export function handleClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_PARSER[error.code ?? ""] ?? 400;
  const code = status === 405 ? "method_not_allowed" : (CODE_OF_STATUS[status] ?? "invalid_request");
  const text = JSON.stringify(body(code, MESSAGE_OF_STATUS[status] ?? ""));
  const headers = {
    ...SECURITY_HEADERS,
    ...(status === 405 ? { allow: "GET, HEAD, POST" } : {}),
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`);
}
