/** Seeded histories of the whole pipeline core: every upload ends once, whatever is lost, doubled, late or killed. */
import { strict as assert } from "node:assert";
import { isWhole } from "../support/sample";
import { replayCommand } from "./report";
import { hashOf, runHistories, runHistory } from "./run";
import { missing } from "./sometimes";

/** Set by the seed of the run, so that different commits try different ones. */
const seed = (Number(process.env.VOD_TEST_SEED ?? "1") % 1_000_000) * 1000 + 1;
/** The rarest thing that must occur does in about one of a hundred histories: in 400 of them it sometimes did not. */
const WHOLE = 10_000;
const COUNT = isWhole ? WHOLE : 1_000;
console.log(`  histories: ${COUNT} of ${WHOLE} cases, seed ${seed}`);

describe("simulation", () => {
  it(`holds in ${COUNT} histories from seed ${seed}, in which everything that may go wrong does`, async () => {
    const summary = await runHistories({ count: COUNT, seed });
    const wrong = summary.failed.flatMap((failed) => [
      replayCommand(failed.seed),
      ...failed.violations.map(({ kind, text }) => `${kind}: ${text}`),
    ]);
    assert.deepEqual(wrong, []);
    assert.deepEqual(missing(summary), []);
  }).timeout(isWhole ? 3_600_000 : 300_000);

  const pinned: [number, string][] = [
    [1560, "a record that lagged put a canceled title back on reconcile's list for ever"],
    [7_020_069, "a request for a job would have been on its way through an outage of hours"],
  ];
  for (const [number, what] of pinned) {
    it(`holds in history ${number}, in which ${what}`, async () => {
      const { violations } = await runHistory(number);
      assert.deepEqual(violations, []);
    }).timeout(60_000);
  }

  it("gives the same history for the same seed, and another for another", async () => {
    const hashes: string[] = [];
    for (const each of [1, 1, 7, 7]) hashes.push(hashOf((await runHistory(each)).history));
    assert.equal(hashes[0], hashes[1]);
    assert.equal(hashes[2], hashes[3]);
    assert.notEqual(hashes[0], hashes[2]);
  }).timeout(60_000);
});
