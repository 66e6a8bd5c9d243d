import { strict as assert } from "node:assert";
import fc from "fast-check";
import { formatClock, formatLength, speakTime } from "../../web/src/pure/time";

describe("times", () => {
  it("writes clocks with hours only where they are needed", () => {
    assert.equal(formatClock(0), "0:00");
    assert.equal(formatClock(5.99), "0:05");
    assert.equal(formatClock(727), "12:07");
    assert.equal(formatClock(3723), "1:02:03");
    assert.equal(formatClock(359_999), "99:59:59");
  });

  it("writes a short time as wide as the long one beside it", () => {
    assert.equal(formatClock(5, 3723), "0:00:05");
    assert.equal(formatClock(5, 600), "0:05");
  });

  it("bears what is no time", () => {
    for (const odd of [Number.NaN, Infinity, -Infinity, -3]) assert.equal(formatClock(odd), "0:00");
    for (const odd of [Number.NaN, Infinity, 0, -3]) assert.equal(formatLength(odd), "");
    assert.equal(speakTime(Number.NaN), "0 seconds");
  });

  it("names lengths as people do", () => {
    const expected: [number, string][] = [
      [0.2, "1 s"],
      [5.3, "5 s"],
      [59.4, "59 s"],
      [59.6, "1 min"],
      [125, "2 min"],
      [3599, "1 h"],
      [3600, "1 h"],
      [5520, "1 h 32 min"],
      [7200, "2 h"],
    ];
    assert.deepEqual(
      expected.map(([seconds]) => [seconds, formatLength(seconds)]),
      expected,
    );
  });

  it("speaks times in words", () => {
    assert.equal(speakTime(1), "1 second");
    assert.equal(speakTime(3723), "1 hour 2 minutes 3 seconds");
    assert.equal(speakTime(7200), "2 hours");
  });

  it("reads back to the same second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000 }), (seconds) => {
        const back = formatClock(seconds)
          .split(":")
          .reduce((sum, part) => sum * 60 + Number(part), 0);
        assert.equal(back, seconds);
      }),
    );
  });
});
