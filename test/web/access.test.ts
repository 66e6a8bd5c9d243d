import { strict as assert } from "node:assert";
import { leaseOf } from "../../web/src/pure/access";

const NOW = Date.parse("2026-11-24T12:00:00Z");

describe("playback lease", () => {
  it("is renewed a minute before its end", () => {
    const lease = leaseOf("2026-11-24T13:00:00Z", "Tue, 24 Nov 2026 12:00:00 GMT", NOW);
    assert.deepEqual(lease, { renewAt: NOW + 3_539_000, expiresAt: NOW + 3_599_000 });
  });

  it("keeps a fifth as margin when it is short", () => {
    const lease = leaseOf("2026-11-24T12:00:11Z", "Tue, 24 Nov 2026 12:00:00 GMT", NOW);
    assert.deepEqual(lease, { renewAt: NOW + 8_000, expiresAt: NOW + 10_000 });
  });

  it("does not depend on the viewer's clock", () => {
    const wrong = NOW - 86_400_000;
    const lease = leaseOf("2026-11-24T13:00:00Z", "Tue, 24 Nov 2026 12:00:00 GMT", wrong);
    assert.deepEqual(lease, { renewAt: wrong + 3_539_000, expiresAt: wrong + 3_599_000 });
  });

  it("takes the clocks as equal without a Date header, and renews at once what it cannot read", () => {
    assert.equal(leaseOf("2026-11-24T13:00:00Z", null, NOW).expiresAt, NOW + 3_600_000);
    for (const [end, date] of [
      ["soon", null],
      ["2026-11-24T13:00:00Z", "?"],
      ["2026-11-24T11:00:00Z", null],
    ] as const) {
      assert.deepEqual(leaseOf(end, date, NOW), { renewAt: NOW, expiresAt: NOW });
    }
  });
});
