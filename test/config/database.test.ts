import { strict as assert } from "node:assert";
import fc from "fast-check";
import { cacheNodes, databaseInstances } from "../../config/database";
import { DATABASE_KEYS } from "../../config/keys/database";
import { problemsOfKeys, withKeys } from "../support/configuration";

describe("configuration of the database and the cache", () => {
  it("is the architecture document's by default", () => {
    const config = withKeys({});
    assert.deepEqual(databaseInstances(config), { instanceClass: "db.t3.medium", readers: 2, maxReaders: 3 });
    assert.equal(config.databaseInsights, "standard");
    assert.deepEqual(cacheNodes(config), { nodeType: "cache.r7g.large", shards: 2, replicas: 1 });
  });

  it("takes a serverless database that pauses, and the document's node", () => {
    const config = withKeys({
      databaseClass: "db.serverless",
      databaseReaders: "0",
      databaseMaxReaders: "0",
      databaseMinCapacity: "0.5",
      databaseMaxCapacity: "8",
      databasePauseSeconds: "600",
      cacheNodeType: "cache.r5.large",
    });
    assert.deepEqual(databaseInstances(config), {
      instanceClass: "db.serverless",
      readers: 0,
      maxReaders: 0,
      serverless: { minCapacity: 0.5, maxCapacity: 8, pauseSeconds: 600 },
    });
    assert.equal(cacheNodes(config).nodeType, "cache.r5.large");
  });

  it("refuses what a key does not take, and says what it takes", () => {
    const wrong: [keyof typeof DATABASE_KEYS, string[]][] = [
      ["databaseClass", ["db.m5.large", "t3.medium", ""]],
      ["databaseReaders", ["-1", "16", "1.5", "two", ""]],
      ["databaseMaxReaders", ["16", "x"]],
      ["databaseMinCapacity", ["-0.5", "0.3", "257", "1e2", ""]],
      ["databaseMaxCapacity", ["0.5", "0", "256.5", "1.25"]],
      ["databasePauseSeconds", ["299", "86401", "5m"]],
      ["databaseInsights", ["off", "Advanced"]],
      ["cacheNodeType", ["cache.t2.micro", "r7g.large"]],
      ["cacheShards", ["0", "46"]],
      ["cacheReplicas", ["6", "-1"]],
    ];
    for (const [key, values] of wrong)
      for (const value of values)
        assert.ok(
          problemsOfKeys({ [key]: value }).includes(`vod:${key} · ${value} → ${DATABASE_KEYS[key].allowed}`),
          `${key} ${value}`,
        );
    assert.deepEqual(Object.keys(DATABASE_KEYS).sort(), wrong.map(([key]) => key).sort());
  });

  it("compares bounds with each other", () => {
    assert.deepEqual(problemsOfKeys({ databaseReaders: "3", databaseMaxReaders: "2" }), [
      "vod:databaseMaxReaders · 2 → at least databaseReaders, 3",
    ]);
    const serverless = { databaseClass: "db.serverless", databaseMinCapacity: "4", databaseMaxCapacity: "2" };
    assert.deepEqual(problemsOfKeys(serverless), ["vod:databaseMaxCapacity · 2 → at least databaseMinCapacity, 4"]);
    assert.deepEqual(problemsOfKeys({ ...serverless, databaseClass: "db.t3.medium" }), []);
  });

  it("reads capacity in halves, and nothing between them", () => {
    const { parse } = DATABASE_KEYS.databaseMinCapacity;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 512 }), (halves) => {
        assert.equal(parse(String(halves / 2)), halves / 2);
        assert.equal(parse(String(halves / 2 + 0.25)), undefined);
      }),
    );
  });
});
