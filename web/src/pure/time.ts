/** Times as people read and hear them. Every function bears NaN, infinities and negative numbers. */

function parts(seconds: number): { h: number; m: number; s: number } {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  return { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60), s: whole % 60 };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The clock of the controls: `0:05`, `12:07`, `1:02:03`. With `like`, as wide as that longer time: `0:00:05` beside `1:02:03`. */
export function formatClock(seconds: number, like = seconds): string {
  const { h, m, s } = parts(seconds);
  return h > 0 || parts(like).h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Length on a card: `5 s`, `12 min`, `1 h 32 min`; empty when it is not known. */
export function formatLength(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) return "";
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** For screen readers: `1 hour 2 minutes 3 seconds`, `0 seconds`. */
export function speakTime(seconds: number): string {
  const { h, m, s } = parts(seconds);
  const words = [
    [h, "hour"],
    [m, "minute"],
    [s, "second"],
  ] as const;
  const spoken = words.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return spoken.length > 0 ? spoken.join(" ") : "0 seconds";
}
