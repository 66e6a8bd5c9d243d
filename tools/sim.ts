/**
 * `npm run test:sim`: histories of the simulated pipeline, held against its invariants. Progress goes to stderr; stdout ends
 * with `N passed, N failed`, or holds the JSON alone.
 */
import { parseArgs } from "node:util";
import { historyLines, replayCommand, summaryLines, totalsOf } from "../test/sim/report";
import { type HistoryResult, hashOf, runHistories, runHistory } from "../test/sim/run";
import { shrink } from "../test/sim/shrink";

const DEFAULT_HISTORIES = 10_000;
const MOST_SHRUNK = 3;

const HELP = `Usage: npm run test:sim [-- options]

Simulates the pipeline's own handlers under lost, doubled and late messages, failing services and dying machines,
and checks that every upload ends exactly once.

Options:
  --histories N   how many (default ${DEFAULT_HISTORIES}; with --seed alone: 1)
  --seed N        of the first history (default 1); the others follow
  --verbose       print what happened, reads that went well left out; --verbose twice: everything
  --keep LIST     only these actions and faults of the seed, as a failing run prints them
  --json          print the figures as JSON, nothing else

Exit codes: 0 all hold, 1 one does not, or something that must occur never did, 2 wrong option

Examples:
  npm run test:sim
  npm run test:sim -- --histories 100000 --seed 5000
  npm run test:sim -- --seed 123 --verbose`;

interface Options {
  count: number;
  seed: number;
  verbose: number;
  keep?: Set<string>;
  json: boolean;
  help: boolean;
}

function whole(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!/^\d{1,9}$/.test(value) || (name === "histories" && number === 0))
    throw new Error(
      `no number · --${name} ${value} → a whole number from ${name === "histories" ? 1 : 0} to 999999999`,
    );
  return number;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      histories: { type: "string" },
      seed: { type: "string" },
      keep: { type: "string" },
      verbose: { type: "boolean", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { histories, seed, keep, verbose, json, help } = values;
  if (keep !== undefined && (seed === undefined || histories !== undefined))
    throw new Error("--keep belongs to one history · no --seed, or --histories too → give the --seed alone");
  return {
    seed: whole("seed", seed, 1),
    count: whole("histories", histories, seed === undefined ? DEFAULT_HISTORIES : 1),
    verbose: verbose.length,
    ...(keep === undefined ? {} : { keep: new Set(keep.split(",").map((part) => part.trim())) }),
    json,
    help,
  };
}

function progress(count: number): (done: number) => void {
  let last = performance.now();
  return (done) => {
    if (performance.now() - last < 2000) return;
    last = performance.now();
    process.stderr.write(`  ${done} of ${count} histories\n`);
  };
}

const violationLines = ({ seed, violations }: HistoryResult): string[] =>
  violations.map(({ kind, text }) => `✗ seed ${seed}: ${kind}: ${text}`);

async function explain(failed: HistoryResult): Promise<void> {
  console.log(violationLines(failed).join("\n"));
  const short = await shrink(failed);
  if (!short) return console.log(`  replay: ${replayCommand(failed.seed)}\n`);
  console.log(`  shortest history found, ${short.keep.length} actions and faults:`);
  console.log(violationLines(short.result).join("\n"));
  console.log(historyLines(short.result, false).join("\n"));
  console.log(`  replay: ${replayCommand(failed.seed, short.keep)}\n`);
}

/** One history, told. */
async function tell({ seed, keep, verbose }: Options): Promise<number> {
  const result = await runHistory(seed, { keep });
  console.log(historyLines(result, verbose > 1).join("\n"));
  console.log(violationLines(result).join("\n"));
  console.log(`history ${hashOf(result.history).slice(0, 16)}, ${result.faults.length} faults injected`);
  return result.violations.length;
}

async function main(options: Options): Promise<number> {
  const { count, seed, json, verbose, keep } = options;
  if (verbose > 0 || keep) {
    const broken = await tell(options);
    console.log(broken === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
    return broken === 0 ? 0 : 1;
  }
  const summary = await runHistories({ count, seed, progress: progress(count) });
  const totals = totalsOf(summary);
  const absent = totals.neverOccurred;
  const failed = summary.failed.length + (absent.length > 0 ? 1 : 0);
  if (json) console.log(JSON.stringify({ seed, ...totals, failedSeeds: summary.failed.map((each) => each.seed) }));
  else {
    for (const each of summary.failed.slice(0, MOST_SHRUNK)) await explain(each);
    console.log(summaryLines(summary).join("\n"));
    if (absent.length > 0) console.log(`✗ never occurred, so that the run proves little: ${absent.join("; ")}`);
    console.log(`${summary.histories - summary.failed.length} passed, ${failed} failed`);
  }
  return failed === 0 ? 0 : 1;
}

async function run(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    const [what = ""] = (error as Error).message.split(". ");
    console.error(`✗ ${what.includes("→") ? what : `${what} → npm run test:sim -- --help`}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  return main(options);
}

void run().then((code) => {
  process.exitCode = code;
});
