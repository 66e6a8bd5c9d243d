/** The search domain's REST interface, each request signed with the function's role. */
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { SearchApi } from "../searchSetup/ports";
import { defaultProvider } from "./credentials";

/** Milliseconds for one call. */
const TIME_LIMIT = 30_000;

/** Path and query apart: what is signed has the query as a map. */
function target(path: string): { path: string; query: Record<string, string> } {
  const url = new URL(path, "https://search");
  return { path: url.pathname, query: Object.fromEntries(url.searchParams) };
}

/** @param host of the domain's endpoint, without a scheme. */
export function signedSearchApi(host: string, region: string): SearchApi {
  const signer = new SignatureV4({
    credentials: defaultProvider(),
    region,
    service: "es",
    sha256: Hash.bind(null, "sha256"),
  });
  return {
    async call(method, path, body) {
      const text = body && JSON.stringify(body);
      const request = {
        method,
        protocol: "https:",
        hostname: host,
        ...target(path),
        headers: { host, ...(text && { "content-type": "application/json" }) },
        ...(text && { body: text }),
      };
      const { headers } = await signer.sign(request);
      const signal = AbortSignal.timeout(TIME_LIMIT);
      const reply = await fetch(`https://${host}${path}`, { method, headers, signal, ...(text && { body: text }) });
      const answer = await reply.text();
      return { status: reply.status, body: answer.startsWith("{") ? (JSON.parse(answer) as unknown) : answer };
    },
  };
}
