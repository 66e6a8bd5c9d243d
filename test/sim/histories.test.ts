/** Seeded histories of the whole pipeline core: every upload ends once, whatever is lost, doubled, late or killed. */
import { strict as assert } from "node:assert";
import { isWhole } from "../support/sample";
import { replayCommand } from "./report";
import { hashOf, runHistories, runHistory } from "./run";
import { missing } from "./sometimes";

/** Set by the seed of the run, so that different commits try different ones. */
const seed = (Number(process.env.VOD_TEST_SEED ?? "1") % 1_000_000) * 1000 + 1;
const COUNT = isWhole ? 10_000 : 400;

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

  it("holds in history 1560, in which a record that lagged put a canceled title back on reconcile's list for ever", async () => {
    const { violations } = await runHistory(1560);
    assert.deepEqual(violations, []);
  }).timeout(60_000);

  it("gives the same history for the same seed, and another for another", async () => {
    const hashes: string[] = [];
    for (const each of [1, 1, 7, 7]) hashes.push(hashOf((await runHistory(each)).history));
    assert.equal(hashes[0], hashes[1]);
    assert.equal(hashes[2], hashes[3]);
    assert.notEqual(hashes[0], hashes[2]);
  }).timeout(60_000);
});
