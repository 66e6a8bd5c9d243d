import { strict as assert } from "node:assert";
import { capturePlan } from "../../encoding/captures";
import { ladder } from "../../encoding/ladder";
import { PRICES, priceOf } from "../../encoding/price";
import { ratio } from "../../encoding/ratio";

const FULL = { width: 1920, height: 1080 };
const price = (duration: number, more: Partial<Parameters<typeof priceOf>[0]> = {}): number =>
  priceOf({
    duration,
    rungs: ladder(FULL, 25),
    frameRate: ratio(25),
    audioOutputs: 1,
    captures: capturePlan(FULL, duration),
    ...more,
  });

describe("price of a title", () => {
  // A minute: 2 HD at 2, 2 SD at 1, sound at 0.4, captures at 1: 7.4 normalised minutes of $0.0075.
  it("is $0.0555 for a minute of 1080p", () => assert.equal(price(60), 0.0555));
  it("is $3.33 for an hour", () => assert.equal(price(3600), 3.33));
  it("counts at least ten seconds", () => assert.equal(price(0.5), price(10)));
  it("counts whole seconds, up", () => assert.equal(price(60.01), price(61)));
  it("is half as much again for the rungs above 30 pictures a second", () =>
    assert.equal(price(60, { frameRate: ratio(50) }), 0.078));
  it("counts every language", () => assert.equal(price(3600, { audioOutputs: 3 }), 3.69));
  it("counts a small film as SD", () =>
    assert.equal(price(60, { rungs: [{ width: 320, height: 240 }], captures: { width: 320, height: 240 } }), 0.018));
  it("names source and date of every figure, and which are not verified", () => {
    for (const figure of Object.values(PRICES)) assert.match(`${figure.source} ${figure.date}`, /\S+ \d{4}-\d{2}$/);
    assert.deepEqual(
      Object.entries(PRICES)
        .filter(([, { checked }]) => !checked)
        .map(([name]) => name),
      ["above30Frames", "audio", "captures"],
    );
  });
});

describe("captures", () => {
  const intervals: [number, number][] = [
    [0.5, 1],
    [120, 1],
    [121, 2],
    [1800, 5],
    [36_000, 10],
  ];
  for (const [duration, interval] of intervals)
    it(`of ${duration} s come every ${interval} s`, () => assert.equal(capturePlan(FULL, duration).interval, interval));
  it("stay below HD and are never enlarged", () => {
    assert.deepEqual(capturePlan({ width: 1080, height: 1920 }, 60), { width: 540, height: 960, interval: 1 });
    assert.deepEqual(capturePlan({ width: 320, height: 240 }, 60), { width: 320, height: 240, interval: 1 });
    assert.deepEqual(capturePlan({ width: 1920, height: 64 }, 60), { width: 960, height: 32, interval: 1 });
    assert.deepEqual(capturePlan({ width: 1255, height: 32 }, 60), { width: 1254, height: 32, interval: 1 });
    assert.deepEqual(capturePlan({ width: 64, height: 8192 }, 60), { width: 32, height: 4096, interval: 1 });
  });
});
