import type { Revision } from "../tools/revision";

/** What every measurement returns. A figure without its command and commit is a rumour. */
export interface Figure {
  /** Stable id, such as `plan.dev`. */
  id: string;
  what: string;
  value: number;
  unit: "s" | "×" | "KB" | "MB" | "USD" | "resources" | "requests/s" | "uploads/min" | "at once" | "histories/s";
  /** The bar: the value must be at most (`max`) or at least (`min`) this; null where DESIGN sets none. */
  limit: { kind: "max" | "min"; value: number } | null;
  /** What it is measured against in the same run, with its own value. */
  baseline: { what: string; value: number } | null;
  /** How many runs, and what is quoted. */
  how: string;
  command: string;
}

export interface Results extends Revision {
  figures: Figure[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

/** Does the figure reach its bar? `null` when it has none. */
export const reaches = ({ value, limit }: Figure): boolean | null =>
  limit === null ? null : limit.kind === "max" ? value <= limit.value : value >= limit.value;
