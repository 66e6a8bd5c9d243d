/** Runs histories. Everything follows from the seed; `keep` leaves out parts of the plan and of its faults. */
import { createHash } from "node:crypto";
import type { AssetState } from "../../contracts/ledger";
import { assetsOf, check } from "./checker";
import { CORES, type Cores } from "./cloud";
import type { Entry } from "./machine";
import { type Plan, planOf } from "./plan";
import type { Violation } from "./watch";
import { World } from "./world";

export interface HistoryResult {
  seed: number;
  plan: Plan;
  violations: Violation[];
  history: Entry[];
  /** Names of the faults that were injected. */
  faults: string[];
  seen: Set<string>;
  uploads: number;
  ends: Partial<Record<AssetState, number>>;
}

/** What a shrunk history still has: ids of actions and names of faults. */
export type Keep = ReadonlySet<string>;

/** The seed's plan, or what is kept of it: then faults happen only where they are named. */
function keptPlan(seed: number, keep: Keep | undefined): Plan {
  const plan = planOf(seed);
  if (!keep) return plan;
  return {
    ...plan,
    actions: plan.actions.filter(({ id }) => keep.has(id)),
    faults: { percent: 0, targets: [...keep].filter((name) => name.includes("=")) },
  };
}

export async function runHistory(
  seed: number,
  { cores = CORES, keep }: { cores?: Cores; keep?: Keep } = {},
): Promise<HistoryResult> {
  const plan = keptPlan(seed, keep);
  const world = new World(seed, plan, cores);
  const ended = await world.play();
  const ends: HistoryResult["ends"] = {};
  for (const { state } of assetsOf(world)) ends[state] = (ends[state] ?? 0) + 1;
  return {
    seed,
    plan,
    violations: check(world, ended),
    history: world.sim.history,
    faults: world.sim.faults.injected.map(({ name }) => name),
    seen: world.sim.seen,
    uploads: world.uploads.length,
    ends,
  };
}

/** The same for the same history, to the last millisecond. */
export function hashOf(history: readonly Entry[]): string {
  const hash = createHash("sha256");
  for (const { at, who, what, outcome } of history) hash.update(`${at} ${who} ${what} ${outcome}\n`);
  return hash.digest("hex");
}

export interface Summary {
  histories: number;
  uploads: number;
  ends: Partial<Record<AssetState, number>>;
  faults: number;
  /** What occurred, and in how many histories. */
  seen: Map<string, number>;
  failed: HistoryResult[];
  seconds: number;
}

export interface RunOptions {
  count: number;
  /** Of the first history; the others follow. Default 1. */
  seed?: number;
  cores?: Cores;
  /** Stop after so many failed histories. Default 5. */
  mostFailed?: number;
  progress?: (done: number) => void;
}

/** Histories one after the other, with the seeds `seed`, `seed` + 1 and so on. */
export async function runHistories({
  count,
  seed = 1,
  cores = CORES,
  mostFailed = 5,
  progress,
}: RunOptions): Promise<Summary> {
  const { stackTraceLimit } = Error;
  // Errors are thrown by the thousand here, and nobody reads where.
  Error.stackTraceLimit = 0;
  const started = performance.now();
  const summary: Summary = { histories: 0, uploads: 0, ends: {}, faults: 0, seen: new Map(), failed: [], seconds: 0 };
  for (let at = 0; at < count && summary.failed.length < mostFailed; at += 1) {
    const result = await runHistory(seed + at, { cores });
    summary.histories += 1;
    summary.uploads += result.uploads;
    summary.faults += result.faults.length;
    for (const [state, number] of Object.entries(result.ends) as [AssetState, number][])
      summary.ends[state] = (summary.ends[state] ?? 0) + number;
    for (const what of result.seen) summary.seen.set(what, (summary.seen.get(what) ?? 0) + 1);
    if (result.violations.length > 0) summary.failed.push(result);
    progress?.(summary.histories);
  }
  Error.stackTraceLimit = stackTraceLimit;
  summary.seconds = (performance.now() - started) / 1000;
  return summary;
}
