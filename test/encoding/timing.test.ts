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
  it("does not believe a container's clock", () => assert.equal(outputFrameRate(ratio(90_000)), null));
});
