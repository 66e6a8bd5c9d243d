/**
 * Runs a set of mocha suites, each in a process of its own, and closes with one line `N passed, N failed` over all.
 * Sets: `unit` (needs nothing but Node and Python), `e2e` (the whole platform in a real browser), `backends`
 * (real servers of other makers, fetched by their package managers), `sdks` (the components in other languages), `full`
 * (everything).
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { revision } from "./revision";
import { casesIn, recordWholeRun } from "./wholeRuns";

const ROOT = resolve(__dirname, "..");
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");
/** Suites that start processes come last and alone: two cores are all they have. */
const ORDER = ["plugin", "mediaconvert", "edge", "api", "worker", "local", "events", "films", "names", "fuzz", "chaos"];

const SETS: Record<string, RegExp[]> = {
  unit: [/\.test\.ts$/],
  e2e: [/\.e2e\.ts$/],
  backends: [/\.backend\.ts$/],
  sdks: [/\.sdk\.ts$/],
  full: [/\.test\.ts$/, /\.e2e\.ts$/, /\.backend\.ts$/, /\.sdk\.ts$/],
};

interface Outcome {
  passed: number;
  failed: number;
  output: string;
}

const HELP = `Usage: npm test [-- SUITE…]      tests that need nothing but Node and Python
       npm run test:e2e             the whole platform in a real browser (needs Chromium)
       npm run test:backends        against a real OpenSearch (needs Java and Maven)
  npm run test:full            everything, the long suites whole

Options:
  --quiet    print a suite's output only when it fails
  --whole    run every case of the long suites; without it they take a sample. The outcome goes into docs/reliability.md
  --seed N   the sample to take (default: one for each commit; every suite prints it)

Examples:
  npm test
  npm test -- --quiet
  npm test -- encoding policies    only the folders test/encoding and test/policies
  npm test -- films --whole`;

function filesOf(folder: string, patterns: RegExp[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => patterns.some((pattern) => pattern.test(file)))
    .map((file) => join(folder, file))
    .sort();
}

/** Folders of test/, those that only compute first. */
function suites(): string[] {
  const rank = (name: string): number => ORDER.indexOf(name);
  return readdirSync(join(ROOT, "test"))
    .filter((name) => statSync(join(ROOT, "test", name)).isDirectory() && name !== "support" && name !== "fixtures")
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function runMocha(files: string[], quiet: boolean): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [...process.execArgv, MOCHA, ...files], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (!quiet) process.stdout.write(chunk);
    });
    child.on("close", (code) => {
      const count = (word: string): number => Number(new RegExp(`^ +(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
      const passed = count("passing");
      const failed = count("failing");
      // A suite that died, or ran nothing, is a failure even though mocha counted none.
      if (quiet && code !== 0) process.stdout.write(output);
      done({ passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed, output });
    });
  });
}

/** Another sample for each commit, the same for everybody who tests that commit. */
function seedOfCommit(): string {
  try {
    const hash = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
    return String(parseInt(hash.slice(0, 7), 16));
  } catch {
    // An unpacked archive has no commit.
    return "1";
  }
}

function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quiet: { type: "boolean", default: false },
      whole: { type: "boolean", default: false },
      seed: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { seed } = values;
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new Error(`--seed is "${seed}", a whole number is allowed`);
  return { ...values, wanted: positionals };
}

async function main(): Promise<number> {
  const [set = "", ...args] = process.argv.slice(2);
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments(args);
  } catch (error) {
    console.error(`✗ ${(error as Error).message.split(". ")[0]} → npm test -- --help`);
    return 2;
  }
  const { wanted, quiet } = options;
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const patterns = SETS[set];
  if (!patterns) throw new Error(`unknown set "${set}" → one of ${Object.keys(SETS).join(", ")}`);
  const unknown = wanted.filter((name) => !existsSync(join(ROOT, "test", name)));
  if (unknown.length > 0) {
    console.error(`✗ no such suite · ${unknown.join(", ")} → one of ${suites().join(", ")}`);
    return 2;
  }
  process.env.VOD_TEST_SEED = options.seed ?? seedOfCommit();
  const whole = options.whole || set === "full";
  process.env.VOD_TEST_WHOLE = whole ? "1" : "0";
  // Asked now: the record itself will be a change.
  const tested = whole ? revision() : undefined;
  const total = { passed: 0, failed: 0 };
  const failures: string[] = [];
  for (const name of wanted.length > 0 ? wanted : suites()) {
    const files = filesOf(join(ROOT, "test", name), patterns);
    if (files.length === 0) continue;
    console.log(`\n── ${name}`);
    const since = performance.now();
    const { output, ...outcome } = await runMocha(files, quiet);
    const seconds = Math.round((performance.now() - since) / 1000);
    const cases = casesIn(output);
    // The others are run whole every time.
    if (tested && cases.length > 0) recordWholeRun(name, { ...tested, ...outcome, seconds, cases });
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    // Mocha's own list; a suite that died before it printed one ends with what it said last.
    if (outcome.failed > 0)
      failures.push(`\n✗ ${name}\n${/^ +\d+ failing[^]*/m.exec(output)?.[0] ?? output.slice(-2000)}`);
  }
  // Said again at the end: the suite's own output may be thousands of lines back.
  if (failures.length > 0) console.log(`\n── what failed\n${failures.join("\n")}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
