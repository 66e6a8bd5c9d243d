import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { ratio, valueOf } from "../../encoding/ratio";
import { gopOf, outputFrameRate, SEGMENT_SECONDS } from "../../encoding/timing";
import { RATES } from "./sources";

describe("timing: groups of pictures", () => {
  const table: [string, ReturnType<typeof ratio>, number][] = [
    ["23.976", ratio(24000, 1001), 48],
    ["24", ratio(24), 48],
    ["25", ratio(25), 50],
    ["29.97", ratio(30000, 1001), 60],
    ["50", ratio(50), 100],
    ["59.94", ratio(60000, 1001), 120],
    ["15", ratio(15), 30],
    ["one every four seconds", ratio(1, 4), 1],
  ];
  for (const [name, rate, size] of table)
    it(`${name} pictures a second`, () => assert.deepEqual(gopOf(rate), { size, units: "FRAMES" }));
  it("seconds when the rate is not known", () => assert.deepEqual(gopOf(null), { size: 2, units: "SECONDS" }));
  it("three groups are one segment of six seconds, and not a picture more than needed", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...RATES),
          fc.integer({ min: 2, max: 60 }).map((n) => ratio(n)),
        ),
        (rate) => {
          const { size } = gopOf(rate);
          const segment = (3 * size) / valueOf(rate);
          assert.ok(segment >= SEGMENT_SECONDS && segment < SEGMENT_SECONDS + 3 / valueOf(rate), String(segment));
        },
      ),
    ));
});

describe("timing: the output's frame rate", () => {
  it("is the source's up to 60", () => {
    for (const rate of RATES) assert.deepEqual(outputFrameRate(rate), rate);
  });
  it("halves what is faster", () => {
    assert.deepEqual(outputFrameRate(ratio(120)), ratio(60));
    assert.deepEqual(outputFrameRate(ratio(240)), ratio(60));
    assert.deepEqual(outputFrameRate(ratio(90)), ratio(45));
  });
  it("takes the average of a variable rate as the next usual one", () => {
    const table: [average: ReturnType<typeof ratio>, taken: ReturnType<typeof ratio>][] = [
      [ratio(2999, 100), ratio(30)],
      [ratio(3002, 100), ratio(30)],
      [ratio(3100, 99), ratio(50)],
      [ratio(2996, 100), ratio(30000, 1001)],
      [ratio(28243, 1000), ratio(30000, 1001)],
      [ratio(2471, 97), ratio(30000, 1001)],
      [ratio(73, 10), ratio(24000, 1001)],
      [ratio(5993, 100), ratio(60000, 1001)],
      [ratio(5999, 100), ratio(60)],
      [ratio(11837, 100), ratio(60000, 1001)],
    ];
    for (const [average, taken] of table) assert.deepEqual(outputFrameRate(average), taken, String(valueOf(average)));
  });
  it("keeps what is regular: 12.5, 15 and 7 pictures a second", () => {
    for (const rate of [ratio(25, 2), ratio(15), ratio(7), ratio(15000, 1001)])
      assert.deepEqual(outputFrameRate(rate), rate);
  });
  it("does not believe a container's clock", () => assert.equal(outputFrameRate(ratio(90_000)), null));
});
