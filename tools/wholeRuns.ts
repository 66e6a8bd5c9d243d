/** Keeps what the last whole run of each suite printed: `test/whole.json`, and the table in docs/reliability.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { replaceBlock } from "./markdown";
import { atCommit, type Revision } from "./revision";

const ROOT = resolve(__dirname, "..");
const RECORD = join(ROOT, "test/whole.json");
const DOCUMENT = join(ROOT, "docs/reliability.md");

export interface WholeRun extends Revision {
  passed: number;
  failed: number;
  seconds: number;
  /** What the long suites say of their cases, such as `films: 140 of 140 cases`. */
  cases: string[];
}

/** Lines of a suite's output by `sample` (test/support/sample.ts). */
export const casesIn = (output: string): string[] =>
  [...output.matchAll(/^ {2}(.+: \d+ of \d+ cases)/gm)].map(([, line = ""]) => line);

export function table(runs: Record<string, WholeRun>): string {
  const rows = Object.entries(runs)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([suite, run]) => {
      const { passed, failed, seconds, cases, date } = run;
      const tried = cases.length > 0 ? cases.join("; ") : "";
      return `| ${suite} | ${date} | ${atCommit(run)} | ${passed} passed, ${failed} failed | ${seconds} s | ${tried} |`;
    });
  return ["| suite | when | commit | printed | took | cases |", "| --- | --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** Notes one suite's whole run. */
export function recordWholeRun(suite: string, run: WholeRun): void {
  const runs = JSON.parse(readFileSync(RECORD, "utf8")) as Record<string, WholeRun>;
  runs[suite] = run;
  writeFileSync(RECORD, `${JSON.stringify(runs, null, 1)}\n`);
  writeFileSync(DOCUMENT, replaceBlock(readFileSync(DOCUMENT, "utf8"), "whole runs", table(runs)));
}
