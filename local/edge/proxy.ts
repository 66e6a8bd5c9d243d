/**
 * What the distribution sends to the load balancer goes to the api's process here. Nothing is kept, and every method, header and cookie goes through, as the policies CachingDisabled and AllViewerExceptHostHeader have it.
 */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { htmlRefusal } from "./refusals.js";
import { applyResponseHeaders, type ResponseHeaders } from "./responseHeaders.js";
import { send } from "./send.js";

/** RFC 9110 §7.6.1: they speak of one connection only. `host` is the origin's own. */
const NOT_FORWARDED = new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Milliseconds; CloudFront's default origin response time-out. */
const REPLY_LIMIT = 30_000;

const forwarded = (headers: IncomingMessage["headers"]): IncomingMessage["headers"] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name)));

/** @param apiUrl null while the api has not started. */
export function proxyToApi(
  request: IncomingMessage,
  response: ServerResponse,
  apiUrl: string | null,
  policy: ResponseHeaders,
): void {
  const fail = (status: number, message: string): void => {
    if (response.headersSent) response.destroy();
    else {
      const answer = htmlRefusal(status, "The origin did not answer.", message);
      send(request, response, { ...answer, headers: applyResponseHeaders(policy, answer.headers) });
    }
  };
  if (apiUrl === null) return fail(502, "The api has not started yet.");
  const headers = {
    ...forwarded(request.headers),
    // Whatever the viewer claims is dropped.
    "x-forwarded-for": request.socket.remoteAddress ?? "",
    ...(request.headers["transfer-encoding"] && { "transfer-encoding": "chunked" }),
  };
  const upstream = httpRequest(new URL(request.url ?? "/", apiUrl), { method: request.method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, {
      ...forwarded(applyResponseHeaders(policy, reply.headers)),
      "x-cache": "Miss from cloudfront",
    });
    reply.pipe(response);
    reply.on("error", () => response.destroy());
  });
  upstream.setTimeout(REPLY_LIMIT, () => {
    fail(504, "The api took too long.");
    upstream.destroy();
  });
  upstream.on("error", () => fail(502, "The api cannot be reached."));
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}
