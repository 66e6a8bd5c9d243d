/** Cache policies: what is in the key, what may be compressed, and for how long an answer is kept. Pure. */
import { asObject, type Inputs } from "./inputs.js";

export interface CachePolicy {
  /** Seconds. */
  minTtl: number;
  defaultTtl: number;
  maxTtl: number;
  gzip: boolean;
  brotli: boolean;
}

const DAY = 86_400;
const YEAR = 31_536_000;

/** What may be in the key beside the path. Ours has none of them: a cookie opens media, it does not change it. */
const KEY_PARTS = [
  ["cookiesConfig", "cookieBehavior"],
  ["headersConfig", "headerBehavior"],
  ["queryStringsConfig", "queryStringBehavior"],
] as const;

/** @param inputs of the policy. @throws Error when the key holds more than the path. */
export function readCachePolicy(inputs: Inputs): CachePolicy {
  const key = asObject(inputs.parametersInCacheKeyAndForwardedToOrigin);
  for (const [config, behavior] of KEY_PARTS) {
    const value = asObject(key[config])[behavior] ?? "none";
    if (value !== "none")
      throw new Error(`a cache policy sets ${behavior} to "${String(value)}", which the local edge cannot do`);
  }
  return {
    minTtl: Number(inputs.minTtl ?? 0),
    defaultTtl: Number(inputs.defaultTtl ?? DAY),
    maxTtl: Number(inputs.maxTtl ?? YEAR),
    gzip: key.enableAcceptEncodingGzip === true,
    brotli: key.enableAcceptEncodingBrotli === true,
  };
}

function directives(cacheControl: string): Map<string, string> {
  return new Map(
    cacheControl.split(",").map((part) => {
      const [name = "", value = ""] = part.trim().split("=", 2);
      return [name.toLowerCase(), value.replaceAll('"', "")];
    }),
  );
}

const secondsIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/**
 * Seconds that an answer of the origin is kept; 0: not at all (Developer Guide, "Manage how long content stays in the
 * cache"). The shared age wins over the private one, both over Expires, and the policy's bounds over all of them.
 * @param now milliseconds since 1970.
 */
export function ttlOf(policy: CachePolicy, headers: { cacheControl?: string; expires?: string }, now: number): number {
  const said = directives(headers.cacheControl ?? "");
  if (["no-store", "no-cache", "private"].some((name) => said.has(name))) return policy.minTtl;
  const expires = headers.expires === undefined ? NaN : (Date.parse(headers.expires) - now) / 1000;
  const age =
    secondsIn(said.get("s-maxage")) ??
    secondsIn(said.get("max-age")) ??
    (Number.isNaN(expires) ? undefined : Math.max(0, Math.floor(expires)));
  if (age === undefined) return Math.max(policy.minTtl, policy.defaultTtl);
  return Math.max(policy.minTtl, Math.min(age, policy.maxTtl));
}
