import { strict as assert } from "node:assert";
import { estimate, type Cost } from "../../cost/estimate";
import { resource } from "../support/resource";

const cluster = (inputs: Record<string, unknown> = {}) => resource("aws:rds/cluster:Cluster", inputs);
const instance = (instanceClass: string) => resource("aws:rds/clusterInstance:ClusterInstance", { instanceClass });
const cache = (inputs: Record<string, unknown>) =>
  resource("aws:elasticache/replicationGroup:ReplicationGroup", inputs);
const amounts = ({ lines }: Cost) => lines.map(({ category, item, monthly }) => [category, item, monthly]);

describe("cost of the database and the cache", () => {
  it("counts instances by class, by the hour", () => {
    const instances = ["db.t3.medium", "db.t3.medium", "db.t3.medium", "db.r7g.large"].map(instance);
    assert.deepEqual(amounts(estimate({ resources: [cluster(), ...instances] })), [
      ["Storage", "Aurora volume", 0],
      ["Storage", "Aurora, 1 × db.r7g.large", 201.48],
      ["Storage", "Aurora, 3 × db.t3.medium", 179.58],
    ]);
  });

  it("charges nothing for a database that pauses, and the least capacity of one that does not", () => {
    const serverless = (minCapacity: number) =>
      estimate({
        resources: [
          cluster({ serverlessv2ScalingConfiguration: { minCapacity, maxCapacity: 2 } }),
          instance("db.serverless"),
          instance("db.serverless"),
        ],
      }).lines.find(({ item }) => item === "Aurora Serverless");
    assert.equal(serverless(0)?.monthly, 0);
    // Two instances × 0.5 units × 730 h × $0.12.
    assert.equal(serverless(0.5)?.monthly, 87.6);
    assert.match(serverless(0)?.why ?? "", /at most \$0\.24 an hour and instance/);
  });

  it("counts the nodes of all shards", () => {
    const nodes = { numNodeGroups: 2, replicasPerNodeGroup: 1, durability: "disabled" };
    const of = (nodeType: string) => amounts(estimate({ resources: [cache({ ...nodes, nodeType })] }));
    assert.deepEqual(of("cache.r7g.large"), [["Storage", "ElastiCache, 4 × cache.r7g.large", 511.58]]);
    assert.deepEqual(of("cache.r5.large"), [["Storage", "ElastiCache, 4 × cache.r5.large", 504.58]]);
    const one = estimate({ resources: [cache({ nodeType: "cache.t3.micro", numNodeGroups: 1 })] });
    assert.deepEqual(amounts(one), [["Storage", "ElastiCache, 1 × cache.t3.micro", 9.93]]);
  });

  it("names what is not in the sheet", () => {
    const { lines, total } = estimate({
      resources: [
        cluster({ databaseInsightsMode: "advanced" }),
        instance("db.r6g.large"),
        cache({ nodeType: "cache.m7g.large", numNodeGroups: 1, durability: "async" }),
      ],
    });
    assert.equal(total, 0);
    assert.deepEqual(
      lines.filter(({ monthly }) => monthly === null).map(({ item }) => item),
      [
        "Aurora, 1 × db.r6g.large",
        "ElastiCache durability",
        "ElastiCache, 1 × cache.m7g.large",
        "Database Insights, advanced",
      ],
    );
  });
});
