/** Cache policies: what is in the key, what may be compressed, and for how long an answer is kept. Pure. */
import { asList, asObject, type Inputs } from "./inputs.js";

export interface CachePolicy {
  /** Seconds. */
  minTtl: number;
  defaultTtl: number;
  maxTtl: number;
  gzip: boolean;
  brotli: boolean;
  /** Names of the query parameters in the key, or all of them. */
  query: "all" | readonly string[];
}

const DAY = 86_400;
const YEAR = 31_536_000;

/** CloudFront's managed policies that need no setting of ours (Developer Guide, "Use managed cache policies"). */
const MANAGED: Readonly<Record<string, CachePolicy>> = {
  /** CachingOptimized */
  "658327ea-f89d-4fab-a63d-7e88639e58f6": {
    minTtl: 1,
    defaultTtl: DAY,
    maxTtl: YEAR,
    gzip: true,
    brotli: true,
    query: [],
  },
  /** CachingDisabled */
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": {
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 0,
    gzip: false,
    brotli: false,
    query: [],
  },
};

function queryOf(config: Inputs): CachePolicy["query"] {
  switch (config.queryStringBehavior) {
    case undefined:
    case "none":
      return [];
    case "all":
      return "all";
    case "whitelist":
      return asList(asObject(config.queryStrings).items).map(String);
    default:
      throw new Error(`the local edge cannot keep by query "${String(config.queryStringBehavior)}"`);
  }
}

/** @param find the inputs of one of the program's own policies. @throws when the key holds cookies or headers. */
export function readCachePolicy(id: unknown, find: (id: unknown) => Inputs): CachePolicy {
  const managed = MANAGED[String(id)];
  if (managed) return managed;
  const inputs = find(id);
  const key = asObject(inputs.parametersInCacheKeyAndForwardedToOrigin);
  const { cookieBehavior = "none" } = asObject(key.cookiesConfig);
  const { headerBehavior = "none" } = asObject(key.headersConfig);
  if (cookieBehavior !== "none" || headerBehavior !== "none")
    throw new Error(
      `cache policy ${String(inputs.name ?? id)} keeps by cookie or header, which the local edge cannot do`,
    );
  return {
    minTtl: Number(inputs.minTtl ?? 0),
    defaultTtl: Number(inputs.defaultTtl ?? DAY),
    maxTtl: Number(inputs.maxTtl ?? YEAR),
    gzip: key.enableAcceptEncodingGzip === true,
    brotli: key.enableAcceptEncodingBrotli === true,
    query: queryOf(asObject(key.queryStringsConfig)),
  };
}

/** The part of the key that comes from the query, in an order that does not depend on the viewer. */
export function queryKey(policy: CachePolicy, query: string): string {
  const pairs = [...new URLSearchParams(query)];
  const kept = policy.query === "all" ? pairs : pairs.filter(([name]) => policy.query.includes(name));
  return new URLSearchParams(kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))).toString();
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
