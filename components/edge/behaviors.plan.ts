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

export interface BehaviorPlan {
  /** Undefined: the default behaviour. */
  pathPattern?: string;
  origin: "media" | "web";
  cache: CacheRole;
  /** Needs a cookie signed by our key. */
  signed: boolean;
  /** Which headers the answers carry. */
  headers: "media" | "pages";
}

export const ORDERED_BEHAVIORS: readonly (BehaviorPlan & { pathPattern: string })[] = [
  { pathPattern: `/${MEDIA_PREFIX}*.m3u8`, origin: "media", cache: "manifests", signed: true, headers: "media" },
  { pathPattern: `/${MEDIA_PREFIX}*.mpd`, origin: "media", cache: "manifests", signed: true, headers: "media" },
  { pathPattern: `/${MEDIA_PREFIX}*`, origin: "media", cache: "segments", signed: true, headers: "media" },
  { pathPattern: `/${POSTER_PREFIX}*`, origin: "media", cache: "posters", signed: false, headers: "media" },
];

export const DEFAULT_BEHAVIOR: BehaviorPlan = { origin: "web", cache: "pages", signed: false, headers: "pages" };

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

/** Media is data, never a page: nothing in it may run. */
export const MEDIA_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Errors are not kept: the 403 of a cookie that came late, or the 404 of a title that is ready in a moment, ends at once. */
export const ERROR_CODES = [403, 404, 500, 502, 503, 504];
export const ERROR_SECONDS = 1;
