/** Format, lint rules and import rules, one after the other; closes with `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");
const bin = (name: string): string => join(ROOT, "node_modules/.bin", name);

const CHECKS: { name: string; command: string; args: string[] }[] = [
  { name: "format", command: bin("prettier"), args: ["--check", "--log-level", "warn", "."] },
  {
    name: "imports",
    command: bin("depcruise"),
    args: [
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "err",
      "index.ts",
      "bench",
      "cli",
      "components",
      "config",
      "contracts",
      "cost",
      "encoding",
      "examples",
      "handlers",
      "lib",
      "local",
      "model",
      "plugin",
      "policies",
      "services",
      "test",
      "tools",
      "web",
    ],
  },
  { name: "rules", command: bin("eslint"), args: ["--max-warnings", "0", "."] },
];

let failed = 0;
for (const check of CHECKS) {
  const { status } = spawnSync(check.command, check.args, { cwd: ROOT, stdio: "inherit" });
  console.log(`${status === 0 ? "✓" : "✗"} ${check.name}`);
  if (status !== 0) failed += 1;
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
