/** What a person reads of a run, and of a history that failed. */
import { ASSET_STATES } from "../../contracts/ledger";
import type { HistoryResult, Summary } from "./run";
import { missing } from "./sometimes";
import { describe } from "./world";
import type { ViolationKind } from "./watch";

const NOT_SHOWN = /\.(ledger\.(get|getMany|outstanding|cursor|byState|byVideo|other)|delay|ingest\.list)$/;

/** One line for each thing that happened. @param every also reads that went well. */
export function historyLines({ history, plan }: HistoryResult, every: boolean): string[] {
  const start = history[0]?.at ?? 0;
  const clock = (milliseconds: number): string => `+${(milliseconds / 1000).toFixed(1)}s`;
  const mark = { invoke: "→", ok: "✓", fail: "✗", unknown: "?" } as const;
  const shown = history.filter(({ who, what, outcome }) => {
    const quiet = outcome === "ok" && NOT_SHOWN.test(`${who.replace(/-\d+$/, "")}.${what}`);
    return every || !quiet;
  });
  return [
    ...plan.actions.map((action) => `  ${action.id} at ${clock(action.at)}: ${describe(action)}`),
    ...shown.map(
      ({ at, who, what, outcome }) => `${clock(at - start).padStart(11)} ${mark[outcome]} ${who.padEnd(14)} ${what}`,
    ),
  ];
}

export const replayCommand = (seed: number, keep?: readonly string[]): string =>
  `npm run test:sim -- --seed ${seed} --verbose${keep ? ` --keep '${keep.join(",")}'` : ""}`;

const count = (summary: Summary, kinds: ViolationKind[]): number =>
  summary.failed.filter(({ violations }) => violations.some(({ kind }) => kinds.includes(kind))).length;

export interface Totals {
  histories: number;
  uploads: number;
  ends: Record<string, number>;
  faults: number;
  lost: number;
  doubled: number;
  stuck: number;
  otherwiseWrong: number;
  historiesPerSecond: number;
  neverOccurred: string[];
}

export function totalsOf(summary: Summary): Totals {
  const { histories, uploads, faults, seconds } = summary;
  const ends = Object.fromEntries(
    ASSET_STATES.flatMap((state) => (summary.ends[state] ? [[state, summary.ends[state]]] : [])),
  );
  const named: ViolationKind[] = ["lost", "doubled", "stuck"];
  const otherwise = summary.failed.filter(({ violations }) => violations.every(({ kind }) => !named.includes(kind)));
  return {
    histories,
    uploads,
    ends,
    faults,
    lost: count(summary, ["lost"]),
    doubled: count(summary, ["doubled"]),
    stuck: count(summary, ["stuck"]),
    otherwiseWrong: otherwise.length,
    historiesPerSecond: Math.round(histories / seconds),
    neverOccurred: missing(summary),
  };
}

export function summaryLines(summary: Summary): string[] {
  const totals = totalsOf(summary);
  const ends = Object.entries(totals.ends).map(([state, number]) => `${state} ${number}`);
  return [
    `histories        ${totals.histories}, ${totals.historiesPerSecond} a second`,
    `uploads tried    ${totals.uploads}`,
    `ends             ${ends.join(", ")}`,
    `faults injected  ${totals.faults}, ${summary.seen.size} kinds of occurrence`,
    `lost ${totals.lost}, doubled ${totals.doubled}, stuck ${totals.stuck}, otherwise wrong ${totals.otherwiseWrong}`,
  ];
}
