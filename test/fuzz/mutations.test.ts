import assert from "node:assert/strict";
import { isWhole, sample } from "../support/sample";
import { KINDS, mutate, truncate } from "./support/mutate";
import { figures, type FuzzStage, startStage } from "./support/run";
import { makeSeeds, type Seed, SEED_NAMES } from "./support/seeds";

const MUTATIONS = 200;
const TRUNCATIONS = 32;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

describe("a damaged film", function () {
  this.timeout(isWhole ? 1_800_000 : 300_000);
  let stage: FuzzStage;
  let seeds: Map<string, Seed>;
  before(async () => {
    stage = await startStage();
    seeds = new Map((await makeSeeds(stage.platform.tools, stage.folder)).map((seed) => [seed.name, seed]));
  });
  after(async () => {
    if (!stage) return;
    console.log(`  ${figures(stage.totals)}`);
    await stage.stop();
  });
  const bytesOf = (name: string): Buffer => seeds.get(name)?.bytes ?? Buffer.alloc(0);

  it("is made the same by the same number, and differs from the film", () => {
    const film = bytesOf("hevc.mkv");
    for (const number of numbers(2 * KINDS.length)) {
      assert.deepEqual(mutate(film, number), mutate(film, number));
      assert.notDeepEqual(mutate(film, number), film, `number ${number}`);
    }
  });

  it("is ready when it is not damaged", async () => {
    for (const name of SEED_NAMES) {
      const outcome = await stage.attempt({ name: `whole-${name}`, bytes: bytesOf(name) });
      assert.equal(outcome.end, "ready", `${name}: ${outcome.why}`);
    }
  });

  for (const name of SEED_NAMES) {
    it(`of ${name} ends rejected, failed or ready within its bounds`, async () => {
      const mutations = sample(`mutations of ${name}`, numbers(MUTATIONS), 5).map((number) => ({
        name: `${name}-m${number}`,
        bytes: mutate(bytesOf(name), number),
      }));
      const truncations = sample(`truncations of ${name}`, numbers(TRUNCATIONS), 2).map((number) => ({
        name: `${name}-t${number}`,
        bytes: truncate(bytesOf(name), number),
      }));
      await stage.attemptAll([...mutations, ...truncations]);
      await stage.renew();
    });
  }
});
