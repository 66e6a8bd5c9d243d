/** What the distribution serves, from where and for how long. Pure data, in the order in which CloudFront matches. */
import { MEDIA_PREFIX, POSTER_PREFIX } from "../../contracts/keys";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Seconds that the edge keeps an object: `min` and `max` bound what the object's own Cache-Control says, `standard` holds without one. */
export interface CachePlan {
  role: string;
  comment: string;
  min: number;
  standard: number;
  max: number;
}

export const CACHE_PLANS = {
  /** An asset's segments never change: a re-upload makes new paths. */
  segments: { role: "segments", comment: "Segments: a year", min: DAY, standard: YEAR, max: YEAR },
  /** A manifest is small and the first thing to mend when an encoder was wrong. */
  manifests: { role: "manifests", comment: "Manifests: a minute", min: 0, standard: MINUTE, max: HOUR },
  posters: { role: "posters", comment: "Posters: a day", min: 0, standard: DAY, max: DAY },
  /** The page itself is asked for again soon; its hashed files say for themselves that they are immutable. */
  pages: {
    role: "pages",
    comment: "Pages: five minutes, unless they say otherwise",
    min: 0,
    standard: 5 * MINUTE,
    max: YEAR,
  },
} as const satisfies Record<string, CachePlan>;

export type CacheRole = keyof typeof CACHE_PLANS;

/** What a behaviour reads from: both regions' media, the pages, the load balancer. */
export type OriginRole = "media-regions" | "web" | "balancer";

/** Policies that CloudFront keeps for everybody (Developer Guide, "Use managed cache policies" and "… origin request policies"). */
export const MANAGED_POLICIES = {
  /** CachingDisabled. */
  uncached: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** AllViewerExceptHostHeader: the balancer's certificate is for its own name. */
  allButHost: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
} as const;

export interface BehaviorPlan {
  /** Undefined: the default behaviour. */
  pathPattern?: string;
  origin: OriginRole;
  /** "uncached": every request goes to the origin, whole, by any method. */
  cache: CacheRole | "uncached";
  /** Needs a cookie signed by our key. */
  signed: boolean;
  /** Which headers the answers carry. */
  headers: "media" | "pages" | "api";
}

const media = { origin: "media-regions", headers: "media" } as const;

export const ORDERED_BEHAVIORS: readonly (BehaviorPlan & { pathPattern: string })[] = [
  { pathPattern: "/api/*", origin: "balancer", cache: "uncached", signed: false, headers: "api" },
  { pathPattern: `/${MEDIA_PREFIX}*.m3u8`, cache: "manifests", signed: true, ...media },
  { pathPattern: `/${MEDIA_PREFIX}*.mpd`, cache: "manifests", signed: true, ...media },
  { pathPattern: `/${MEDIA_PREFIX}*`, cache: "segments", signed: true, ...media },
  { pathPattern: `/${POSTER_PREFIX}*`, cache: "posters", signed: false, ...media },
];

export const DEFAULT_BEHAVIOR: BehaviorPlan = { origin: "web", cache: "pages", signed: false, headers: "pages" };

const READ = ["GET", "HEAD"];

/** CloudFront knows these three sets of methods only. */
export const methodsOf = ({ cache }: BehaviorPlan): string[] =>
  cache === "uncached" ? ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] : READ;
export const CACHED_METHODS = READ;

/**
 * Pages run their own scripts only. `blob:` is how a player hands media to the browser and what its worker is made from;
 * `data:` are pictures inside style sheets.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The api answers with data only. */
export const API_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Media is data, never a page: nothing in it may run. */
export const MEDIA_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Errors are not kept: the 403 of a cookie that came late, or the 404 of a title that is ready in a moment, ends at once. */
export const ERROR_CODES = [403, 404, 500, 502, 503, 504];
export const ERROR_SECONDS = 1;
