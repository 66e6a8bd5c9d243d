/** Hash routes: the page is one file in a bucket, so that no rewrite and no custom error response is needed. */

export type Format = "hls" | "dash";

export type Route =
  | { page: "list" }
  /** `format` is null unless the address names one. `start` is seconds from `t=`, null without it. */
  | { page: "watch"; videoId: string; format: Format | null; start: number | null }
  | { page: "missing" };

/** Ids are UUIDs; anything else can only be a mistyped or forged address, and never reaches a request. */
const VIDEO_ID = /^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$/;
const SECONDS = /^\d{1,6}(\.\d{1,3})?$/;

/** Reads `location.hash`. `#/` and the empty hash are the list; an unknown path or a malformed id is `missing`. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  if (path === "" || path === "/") return { page: "list" };
  const match = /^\/watch\/([^/]+)\/?$/.exec(path);
  if (!match?.[1] || !VIDEO_ID.test(match[1])) return { page: "missing" };
  const params = new URLSearchParams(query);
  const format = params.get("format");
  const start = params.get("t") ?? "";
  return {
    page: "watch",
    videoId: match[1],
    format: format === "hls" || format === "dash" ? format : null,
    start: SECONDS.test(start) ? Number(start) : null,
  };
}

export function watchHash(videoId: string, format: Format | null = null): string {
  return `#/watch/${encodeURIComponent(videoId)}${format ? `?format=${format}` : ""}`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
