/** `npm run test:sim` as people and CI call it. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync("tools/run", ["tools/sim.ts", ...args], { cwd: ROOT, encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("npm run test:sim", () => {
  const wrong: [string[], string][] = [
    [["--histories", "0"], "✗ no number · --histories 0 → a whole number from 1 to 999999999\n"],
    [["--seed", "-1"], "✗ Option '--seed' argument is ambiguous"],
    [["--keep", "a1"], "✗ --keep belongs to one history · no --seed, or --histories too → give the --seed alone\n"],
    [["--what"], "✗ Unknown option '--what'"],
  ];
  for (const [args, line] of wrong)
    it(`refuses ${args.join(" ")} with 2 and one line`, () => {
      const { status, stderr, stdout } = run(...args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.ok(stderr.startsWith(line), stderr);
    }).timeout(60_000);

  it("tells one history again and again in the same words, down to its parts", () => {
    const [one, two] = [run("--seed", "7", "--verbose"), run("--seed", "7", "--verbose")];
    assert.equal(one.status, 0);
    assert.equal(one.stdout, two.stdout);
    assert.match(one.stdout, /ledger\.claim/);
    assert.match(one.stdout, /\n1 passed, 0 failed\n$/);
    const kept = run("--seed", "7", "--keep", "a1,ingest.ledger.claim#1=after");
    assert.match(kept.stdout, /ledger\.claim \(after\)/);
    assert.match(kept.stdout, /, 1 faults injected/);
  }).timeout(120_000);

  it("prints JSON alone when asked", () => {
    const { status, stdout } = run("--seed", "1", "--histories", "3", "--json");
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(status, 0);
    assert.deepEqual([figures.histories, figures.lost, figures.doubled, figures.stuck], [3, 0, 0, 0]);
  }).timeout(60_000);
});
