import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Throttle } from "../../local/mediaconvert/throttle";

describe("the rate of CreateJob", () => {
  it("takes the rate at once, then one call for each part of a second", () => {
    let time = 100;
    const throttle = new Throttle(4, () => time);
    const taken = (calls: number): number =>
      Array.from({ length: calls }, () => throttle.take()).filter(Boolean).length;
    assert.equal(taken(10), 4);
    time += 0.26;
    assert.equal(taken(3), 1);
    time += 3600;
    assert.equal(taken(10), 4);
  });

  it("never takes more than rate × (seconds + 1), and takes every call that keeps to the rate", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true })),
        (rate, gaps) => {
          let time = 0;
          const hasty = new Throttle(rate, () => time);
          let taken = 0;
          for (const gap of gaps) {
            time += gap;
            if (hasty.take()) taken += 1;
          }
          assert.ok(taken <= rate * (time + 1) + 1e-6, `${taken} in ${time} s`);
          time = 0;
          const steady = new Throttle(rate, () => time);
          for (const gap of gaps) {
            assert.ok(steady.take(), String(time));
            time += 1.000001 / rate + gap;
          }
        },
      ),
    ));
});
