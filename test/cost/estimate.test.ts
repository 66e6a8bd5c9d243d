import assert from "node:assert/strict";
import fc from "fast-check";
import { runProgram } from "../../cli/program";
import { estimate } from "../../cost/estimate";
import { PRICES, transferPrice } from "../../cost/prices";
import { IDLE, NORMALISED_PER_MINUTE, usageOf } from "../../cost/usage";
import { priceOf, PRICES as TITLE_PRICES } from "../../encoding/price";
import type { ResourceRecord } from "../../model/record";
import { resource } from "../support/resource";

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
        ["Security", "KMS requests", 0],
        ["Security", "KMS, 5 keys", 5],
      ],
    );
  });

  it("charges the polling of idle queues by mapping, beyond the free million", () => {
    const queue = resource("aws:sqs/queue:Queue");
    const mapping = resource("aws:lambda/eventSourceMapping:EventSourceMapping");
    const sqs = (mappings: number): number | null | undefined =>
      estimate({ resources: [queue, ...Array.from({ length: mappings }, () => mapping)] }).lines.find(({ item }) =>
        item.startsWith("SQS"),
      )?.monthly;
    // 5 connections × 180 polls an hour × 730 hours = 657,000 for each, at $0.40 a million.
    assert.deepEqual([sqs(0), sqs(1), sqs(2), sqs(3)], [0, 0, 0.13, 0.39]);
  });

  it("reckons a month of use to the cent", () => {
    const types = [
      "cloudfront/distribution:Distribution",
      "cloudwatch/eventBus:EventBus",
      "cloudwatch/logGroup:LogGroup",
      "dynamodb/table:Table",
      "kms/key:Key",
      "mediaconvert/queue:Queue",
      "s3/bucket:Bucket",
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      "scheduler/schedule:Schedule",
      "sqs/queue:Queue",
    ];
    const resources = types.map((type) => resource(`aws:${type}`));
    resources.push(resource("aws:lambda/function:Function", { memorySize: 512 }));
    const { lines } = estimate({ resources }, { users: 10_000, hours: 2, titles: 1_000 });
    assert.deepEqual(Object.fromEntries(lines.map(({ item, monthly }) => [item, monthly])), {
      EventBridge: 0.08, // 80,000 events
      "EventBridge Scheduler": 0, // 8,760 of 14 million free runs
      "Lambda, 1 function": 0.24, // 88,760 calls; 24,000 s + 8,760 s at half a GB
      "SQS, 1 queue": 0, // 240,000 of a million free requests
      "DynamoDB ledger, on demand": 0.12, // 160,000 writes and reads, 0.01 GB twice
      "S3 copy in the recovery region": 796.25, // 24,500 GB at $0.0125 + $0.02
      "S3 renditions": 119, // 4,500 GB, 3.1 million objects
      "S3 sources": 460, // 20,000 GB
      "Transcoding, basic tier": 3330, // 60,000 minutes × 7.4 × $0.0075
      "CloudFront, pay as you go": 2138.36, // 27,000 GB by tiers and 14.2 million requests: 783.36 + 1,340.80 + 14.20
      "CloudWatch Logs, 1 group": 0.09, // 88,760 calls of 2 KB
      "CloudWatch metrics": 2.7,
      "KMS requests": 0.72, // 240,000 − 20,000 free + 20,000 signatures, at $0.03 each 10,000
      "KMS, 1 key": 1,
    });
  });

  it("does not call tasks free once a service runs them", () => {
    const definition = resource("aws:ecs/taskDefinition:TaskDefinition");
    const price = (...resources: ResourceRecord[]): number | null | undefined =>
      estimate({ resources }).lines.find(({ item }) => item.startsWith("Fargate"))?.monthly;
    assert.equal(price(definition), undefined);
    assert.equal(price(definition, resource("aws:ecs/service:Service", { taskDefinition: "elsewhere" })), null);
  });

  it("prices a title's minute as the pipeline itself does", () => {
    const minutes = 60;
    const rungs = [1080, 720, 480, 360].map((height) => ({ width: Math.round((height * 16) / 9), height }));
    const captures = { width: 320, height: 180 };
    const title = priceOf({ duration: minutes * 60, rungs, frameRate: null, audioOutputs: 1, captures });
    assert.equal(title.toFixed(4), (minutes * NORMALISED_PER_MINUTE * PRICES.mediaConvertBasicMinute.usd).toFixed(4));
    assert.equal(PRICES.mediaConvertBasicMinute.usd, TITLE_PRICES.basicMinute.usd);
  });

  it("keeps the same order of lines whatever the order of the resources", async () => {
    const { resources } = await runProgram({ stack: "dev" });
    assert.deepEqual(estimate({ resources: resources.toReversed() }), estimate({ resources }));
  });

  it("names a type that it has no price for, and does not count it", () => {
    const { total, lines } = estimate({ resources: [resource("aws:neptune/cluster:Cluster")] });
    assert.equal(total, 0);
    assert.deepEqual(lines, [
      {
        category: "Compute",
        item: "aws:neptune/cluster:Cluster",
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
      users: 0,
      viewerHours: 0,
      transferGb: 0,
      cdnRequests: 0,
      sourceGb: 0,
      renditionGb: 0,
      sourceMinutes: 0,
      segments: 0,
      titles: 0,
      messages: 0,
      reconcileRuns: 8760,
      kmsRequests: 0,
      signatures: 0,
      customMetrics: 0,
    });
  });

  it("says where and when each price was read", () => {
    for (const [id, { usd, unit, source, date }] of Object.entries(PRICES)) {
      assert.ok(usd > 0 && unit.length > 0 && source.length > 0, id);
      assert.match(date, /^(20\d\d-\d\d|recalled)$/, id);
    }
  });
});
