/** The checker itself: every promise is broken on purpose, and it must say which. */
import { strict as assert } from "node:assert";
import { MUTANTS } from "./mutants";
import { runHistory } from "./run";
import { shrink } from "./shrink";
import { missing } from "./sometimes";

/** A mutant that survives so many is not caught. */
const MOST_HISTORIES = 400;

describe("simulation: the checker catches", () => {
  for (const { name, cores, caughtAs } of MUTANTS)
    it(`${name}: ${caughtAs.join(" or ")}`, async () => {
      for (let seed = 1; seed <= MOST_HISTORIES; seed += 1) {
        const { violations } = await runHistory(seed, { cores });
        if (violations.some(({ kind }) => caughtAs.includes(kind))) return;
      }
      assert.fail(`survived ${MOST_HISTORIES} histories`);
    }).timeout(120_000);

  it("an empty run, by naming what never occurred", () => {
    const absent = missing({ histories: 10_000, seen: new Map([["job: COMPLETE", 1]]) });
    for (const what of ["fault: late", "CreateJob sent: unknown", "ready written: before", "progressing → ready"])
      assert.ok(absent.includes(what), what);
    assert.ok(!absent.includes("job: COMPLETE"));
  });
  it("a look at a few histories for what it is", () =>
    assert.deepEqual(missing({ histories: 10, seen: new Map() }), []));
});

describe("simulation: a failing history", () => {
  it("is shrunk, and its parts replay it", async () => {
    const mutant = MUTANTS.find(({ name }) => name === "track that believes every event");
    assert.ok(mutant);
    const { cores } = mutant;
    let failed = await runHistory(1, { cores });
    for (let seed = 2; !failed.violations.some(({ kind }) => kind === "regressed"); seed += 1)
      failed = await runHistory(seed, { cores });
    const short = await shrink(failed, cores);
    assert.ok(short);
    const kinds = short.result.violations.map(({ kind }) => kind);
    assert.ok(kinds.includes(failed.violations[0]?.kind ?? "lost"));
    assert.ok(short.keep.length < failed.plan.actions.length + failed.faults.length);
    const again = await runHistory(failed.seed, { cores, keep: new Set(short.keep) });
    assert.deepEqual(again.history, short.result.history);
  }).timeout(120_000);
});
