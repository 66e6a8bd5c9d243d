import { strict as assert } from "node:assert";
import fc from "fast-check";
import { nodeNames, sizeOf } from "../../components/database/capacity.plan";
import { CACHE_NODE_TYPES, canBeDurable, DATABASE_CLASSES } from "../../lib/instanceClasses";
import { cacheName, clusterName } from "../../lib/names";

describe("size of a database", () => {
  it("is the class's, or that of the most capacity units", () => {
    assert.deepEqual(sizeOf("db.t3.medium"), { memory: 4 * 2 ** 30, connections: 450 });
    assert.deepEqual(sizeOf("db.r7g.large"), { memory: 16 * 2 ** 30, connections: 1802 });
    assert.deepEqual(sizeOf("db.serverless", { minCapacity: 1, maxCapacity: 4 }), {
      memory: 8 * 2 ** 30,
      connections: 901,
    });
  });

  it("has no more connections than Aurora gives, and fewer when it may pause", () => {
    assert.equal(sizeOf("db.r7g.2xlarge").connections, 5000);
    assert.equal(sizeOf("db.serverless", { minCapacity: 1, maxCapacity: 256 }).connections, 5000);
    assert.equal(sizeOf("db.serverless", { minCapacity: 0.5, maxCapacity: 256 }).connections, 2000);
  });

  it("grows with the class", () => {
    for (const name of Object.keys(DATABASE_CLASSES)) assert.ok(sizeOf(name).connections >= 450, name);
    assert.throws(() => sizeOf("db.t2.small"), /class "db\.t2\.small" is not offered → one of db\.serverless, /);
    assert.throws(() => sizeOf("db.serverless"), /no capacity → give serverless\.minCapacity and maxCapacity/);
  });
});

describe("nodes of a cache", () => {
  it("are named by shard and place", () => {
    assert.deepEqual(nodeNames("c", 2, 1), ["c-0001-001", "c-0001-002", "c-0002-001", "c-0002-002"]);
    assert.deepEqual(nodeNames("c", 1, 0), ["c-0001-001"]);
  });

  it("are as many as there are, each with its own name", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 5 }), (shards, replicas) => {
        const names = nodeNames("vod-x-cache", shards, replicas);
        assert.equal(new Set(names).size, shards * (replicas + 1));
        assert.ok(names.every((name) => /^vod-x-cache-\d{4}-\d{3}$/.test(name)));
      }),
    );
  });

  it("are durable by their family", () => {
    const durable = CACHE_NODE_TYPES.filter(canBeDurable);
    assert.deepEqual(durable, [
      "cache.m6g.large",
      "cache.m7g.large",
      "cache.r6g.large",
      "cache.r6g.xlarge",
      "cache.r7g.large",
      "cache.r7g.xlarge",
      "cache.r7g.2xlarge",
    ]);
  });
});

describe("names of clusters and caches", () => {
  const LONG = "a-stack-name-of-forty-two-characters-exact";
  const stackName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,41}$/);
  const kinds: [(stack: string) => string, number][] = [
    [clusterName, 63],
    [(stack) => cacheName(stack, "cache"), 40],
    [(stack) => cacheName(stack, "users"), 40],
  ];

  it("are readable where they can be", () => {
    assert.equal(LONG.length, 42);
    assert.equal(clusterName("prod"), "vod-prod-aurora");
    assert.equal(clusterName(LONG), `vod-${LONG}-aurora`);
    assert.equal(cacheName("prod", "cache"), "vod-prod-cache");
    assert.match(cacheName(LONG, "cache"), /^vod-a-stack-name-of-forty-two-c-[0-9a-f]{8}$/);
  });

  it("are within the services' alphabet and limit for every stack", () => {
    fc.assert(
      fc.property(stackName, (stack) => {
        for (const [name, limit] of kinds) {
          const made = name(stack);
          assert.ok(made.length <= limit, made);
          assert.match(made, /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/);
        }
      }),
    );
  });

  it("differ where stacks do, even by case or a mark alone", () => {
    fc.assert(
      fc.property(stackName, stackName, (one, other) => {
        fc.pre(one !== other);
        for (const [name] of kinds) assert.notEqual(name(one), name(other));
      }),
    );
    for (const [name] of kinds) assert.equal(new Set(["Dev", "dev", "d.ev", "d_ev", "d-ev"].map(name)).size, 5);
  });
});
