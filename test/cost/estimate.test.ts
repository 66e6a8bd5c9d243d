import assert from "node:assert/strict";
import fc from "fast-check";
import { runProgram } from "../../cli/program";
import { estimate } from "../../cost/estimate";
import { PRICES, transferPrice } from "../../cost/prices";
import { IDLE, usageOf } from "../../cost/usage";
import type { ResourceRecord } from "../../model/record";

const resource = (type: string, inputs: Record<string, unknown> = {}): ResourceRecord => ({
  urn: `urn:${type}`,
  type,
  name: "n",
  parent: null,
  custom: true,
  id: "i",
  inputs,
  outputs: {},
  options: {},
  secrets: [],
});

describe("cost", () => {
  it("counts keys and alarms exactly", () => {
    const keys = Array.from({ length: 5 }, () => resource("aws:kms/key:Key"));
    const alarms = Array.from({ length: 11 }, () => resource("aws:cloudwatch/metricAlarm:MetricAlarm"));
    const { total, lines } = estimate({ resources: [...keys, ...alarms] });
    assert.equal(total, 6.1);
    assert.deepEqual(
      lines.map(({ category, item, monthly }) => [category, item, monthly]),
      [
        ["Monitoring", "CloudWatch, 11 alarms", 1.1],
        ["Security", "KMS, 5 keys", 5],
      ],
    );
  });

  it("names a type that it has no price for, and does not count it", () => {
    const { total, lines } = estimate({ resources: [resource("aws:rds/cluster:Cluster")] });
    assert.equal(total, 0);
    assert.deepEqual(lines, [
      {
        category: "Compute",
        item: "aws:rds/cluster:Cluster",
        monthly: null,
        why: "1 of a type that the price sheet does not know",
      },
    ]);
  });

  it("knows every type that the stacks register", async () => {
    for (const stack of ["dev", "staging", "prod"]) {
      const unknown = estimate(await runProgram({ stack })).lines.filter(({ why }) => why?.includes("does not know"));
      assert.deepEqual(unknown, [], stack);
    }
  });

  it("prices transfer by tiers: the first TB is free", () => {
    assert.equal(transferPrice(0), 0);
    assert.equal(transferPrice(1_024), 0);
    assert.equal(Math.round(transferPrice(1_124) * 100), 850);
    assert.equal(Math.round(transferPrice(10_240 + 100) * 100), Math.round((9_216 * 0.085 + 8) * 100));
  });

  it("never gets cheaper with more use", () => {
    const load = fc.record({ users: fc.nat(1e5), hours: fc.nat(100), titles: fc.nat(1e4) });
    const types = [
      "cloudfront/distribution:Distribution",
      "s3/bucket:Bucket",
      "mediaconvert/queue:Queue",
      "dynamodb/table:Table",
    ];
    const resources = types.map((type) => resource(`aws:${type}`));
    fc.assert(
      fc.property(load, load, (a, b) => {
        const more = { users: a.users + b.users, hours: a.hours + b.hours, titles: a.titles + b.titles };
        assert.ok(estimate({ resources }, more).total >= estimate({ resources }, a).total);
      }),
    );
  });

  it("an idle stack stores, sends and transcodes nothing, but reconciles every five minutes", () => {
    assert.deepEqual(usageOf(IDLE), {
      viewerHours: 0,
      transferGb: 0,
      cdnRequests: 0,
      sourceGb: 0,
      renditionGb: 0,
      sourceMinutes: 0,
      messages: 0,
      reconcileRuns: 8760,
    });
  });

  it("says where and when each price was read", () => {
    for (const [id, { usd, unit, source, date }] of Object.entries(PRICES)) {
      assert.ok(usd > 0 && unit.length > 0 && source.length > 0, id);
      assert.match(date, /^(20\d\d-\d\d|recalled)$/, id);
    }
  });
});
