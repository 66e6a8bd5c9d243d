/** Where one stopped in each title, kept in the browser's storage only. */

export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Seconds. */
export interface Position {
  time: number;
  duration: number;
}

const KEY = "vod.positions";
/** The oldest are forgotten: storage is small and this list is all that we keep in it. */
const MAX_TITLES = 200;

type Saved = Record<string, [time: number, duration: number, at: number]>;

/**
 * A position worth coming back to: past the first 2 % (2–30 s) and before the last 5 % (1–120 s), where a film is over.
 */
export function worthResuming({ time, duration }: Position): boolean {
  if (!(duration > 0) || !Number.isFinite(duration) || !Number.isFinite(time)) return false;
  const head = Math.min(30, Math.max(2, duration * 0.02));
  const tail = Math.min(120, Math.max(1, duration * 0.05));
  return time >= head && time <= duration - tail;
}

/** Storage may be absent, full, forbidden or hold anything: then nothing is remembered, and nothing breaks. */
function read(storage: Storage | null): Saved {
  try {
    const value: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter(([, entry]) => Array.isArray(entry) && entry.length === 3 && entry.every(isNumber)),
    ) as Saved;
  } catch {
    return {};
  }
}

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

export function loadPosition(storage: Storage | null, videoId: string): Position | null {
  const saved = read(storage);
  const entry = Object.hasOwn(saved, videoId) ? saved[videoId] : undefined;
  if (!entry) return null;
  const position = { time: entry[0], duration: entry[1] };
  return worthResuming(position) ? position : null;
}

/** Keeps the position, or forgets the title when it is not worth resuming. `now` is milliseconds. */
export function savePosition(storage: Storage | null, videoId: string, position: Position, now: number): void {
  const entries = Object.entries(read(storage)).filter(([id]) => id !== videoId);
  if (worthResuming(position)) entries.push([videoId, [position.time, position.duration, now]]);
  const kept = entries.sort(([, a], [, b]) => b[2] - a[2]).slice(0, MAX_TITLES);
  try {
    storage?.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A full or forbidden storage costs the position, not the film.
  }
}
