/** What the public api answers. The page and the api both import these types. Times are seconds unless they end in `At` (ISO 8601). */
export interface TitleSummary {
  videoId: string;
  title: string;
  /** Seconds. */
  duration: number;
  /** URL path on the viewer's origin, readable without a cookie; null while there is none. */
  poster: string | null;
  /** Height in pixels of the highest rung. */
  height: number;
  publishedAt: string;
}

/** GET /api/titles?limit=&cursor= → newest first. */
export interface TitleList {
  titles: TitleSummary[];
  nextCursor: string | null;
}

/** GET /api/titles/:videoId */
export interface TitleDetail extends TitleSummary {
  renditions: { width: number; height: number; bitrate: number }[];
}

/** POST /api/titles/:videoId/playback → also sets the CloudFront cookies, whose Path is /media/<videoId>/. */
export interface Playback {
  videoId: string;
  /** URL paths on the viewer's origin. */
  hls: string;
  dash: string;
  thumbnails: string | null;
  poster: string | null;
  expiresAt: string;
}

/** Every error reply. */
export interface ApiError {
  error: { code: string; message: string };
}
