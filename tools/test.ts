/**
 * Runs a set of mocha suites, each in a process of its own, and closes with one line `N passed, N failed` over all.
 * Sets: `unit` (needs nothing but Node and Python), `e2e` (the whole platform in a real browser), `full` (everything).
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");
const MOCHA = join(ROOT, "node_modules/mocha/bin/mocha.js");
/** Suites that start processes come last and alone: two cores are all they have. */
const ORDER = ["mediaconvert", "edge", "api", "worker", "local"];

const SETS: Record<string, RegExp[]> = {
  unit: [/\.test\.ts$/],
  e2e: [/\.e2e\.ts$/],
  full: [/\.test\.ts$/, /\.e2e\.ts$/],
};

interface Outcome {
  passed: number;
  failed: number;
}

const HELP = `Usage: npm test [-- SUITE…]      tests that need nothing but Node and Python
       npm run test:e2e             the whole platform in a real browser (needs Chromium)
       npm run test:full            everything

Options: --quiet prints a suite's output only when it fails.

Examples:
  npm test
  npm test -- --quiet
  npm test -- encoding policies    only the folders test/encoding and test/policies`;

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
      done({ passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed });
    });
  });
}

async function main(): Promise<number> {
  const [set = "", ...args] = process.argv.slice(2);
  const wanted = args.filter((name) => !name.startsWith("--"));
  const options = args.filter((name) => name.startsWith("--"));
  const strange = options.filter((name) => name !== "--quiet" && name !== "--help");
  if (strange.length > 0) {
    console.error(`✗ unknown option · ${strange.join(" ")} → npm test -- --help`);
    return 2;
  }
  if (options.includes("--help")) {
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
  const total: Outcome = { passed: 0, failed: 0 };
  for (const name of wanted.length > 0 ? wanted : suites()) {
    const files = filesOf(join(ROOT, "test", name), patterns);
    if (files.length === 0) continue;
    console.log(`\n── ${name}`);
    const outcome = await runMocha(files, options.includes("--quiet"));
    total.passed += outcome.passed;
    total.failed += outcome.failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
