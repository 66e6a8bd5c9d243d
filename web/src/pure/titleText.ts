/** Titles are untrusted text in any state. These functions make something that can be shown of whatever the api sends. */

/** Controls, invisible and direction-changing characters: alone they make an empty name, in the window's title they could rewrite it. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u115F\u1160\u3164\uFFA0\u2800]/gu;

/** The name to show: the title itself, or `Untitled` when nothing of it is visible. */
export function nameOf(title: unknown): string {
  if (typeof title !== "string") return "Untitled";
  return title.replace(INVISIBLE, "").trim() === "" ? "Untitled" : title.trim();
}

/** For the window's title: one line of at most 80 characters. */
export function windowTitle(title: unknown): string {
  const name = nameOf(title).replace(/\s+/g, " ").replace(INVISIBLE, "");
  const shown = [...name];
  return shown.length > 80 ? `${shown.slice(0, 79).join("")}…` : name;
}

/** `4K`, `HD` … are marketing; people look for the number. Empty when the height is not known. */
export function heightBadge(height: unknown): string {
  return typeof height === "number" && Number.isFinite(height) && height > 0 ? `${Math.round(height)}p` : "";
}

/** A day such as `24 Nov 2026`; empty when the time cannot be read. */
export function formatDay(iso: unknown, locale?: string): string {
  const time = typeof iso === "string" ? Date.parse(iso) : Number.NaN;
  if (!Number.isFinite(time)) return "";
  return new Date(time).toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
}

/** `2.1 Mbit/s`, `640 kbit/s`; empty when it is not known. */
export function formatRate(bitsPerSecond: unknown): string {
  if (typeof bitsPerSecond !== "number" || !Number.isFinite(bitsPerSecond) || bitsPerSecond <= 0) return "";
  return bitsPerSecond >= 1e6
    ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
    : `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

/** A path on our own origin, or null: an address that leads elsewhere is never requested. */
export function ownPath(path: unknown): string | null {
  return typeof path === "string" && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : null;
}

/** Two hues for the placeholder of a title without a poster, always the same for one title. */
export function huesOf(videoId: string): [number, number] {
  let hash = 2166136261;
  for (const char of videoId) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  // Ids of neighbours differ in their last places only: spread that over the whole wheel.
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507) >>> 0;
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return [hash % 360, ((hash % 360) + 40 + ((hash >>> 9) % 50)) % 360];
}
