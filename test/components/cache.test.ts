import { strict as assert } from "node:assert";
import { alarmsOf, buildDatabase, databaseTags, GROUP } from "../support/database";
import { KEY } from "../support/platform";
import type { Recording } from "../support/recorder";

describe("VodDatabase, the cache by default", () => {
  let db: Recording;
  before(async () => {
    db = await buildDatabase();
  });

  it("makes two durable shards with a replica each", () => {
    const { inputs, options } = db.one(GROUP, "db-cache");
    const delivery = (logType: string, destination: string) => ({
      logType,
      destinationType: "cloudwatch-logs",
      logFormat: "json",
      destination,
    });
    assert.deepEqual(inputs, {
      replicationGroupId: "vod-dev-cache",
      description: "Sessions, titles and playlists, rate limits",
      engine: "valkey",
      engineVersion: "9.0",
      nodeType: "cache.r7g.large",
      port: 6379,
      parameterGroupName: "db-cache-parameters-1a2b3c4",
      clusterMode: "enabled",
      numNodeGroups: 2,
      replicasPerNodeGroup: 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      durability: "async",
      subnetGroupName: "db-cache-subnets-1a2b3c4",
      securityGroupIds: ["sg-cache"],
      userGroupIds: ["vod-dev-users"],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: KEY("database"),
      snapshotWindow: "04:00-05:00",
      snapshotRetentionLimit: 7,
      finalSnapshotIdentifier: "vod-dev-cache-final",
      maintenanceWindow: "sun:07:00-sun:08:00",
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: [
        delivery("slow-log", "/vod/dev/cache-slow"),
        delivery("engine-log", "/vod/dev/cache-engine"),
      ],
      tags: databaseTags("db-cache"),
    });
    const { protect, retainOnDelete, ignoreChanges } = options;
    assert.deepEqual([protect, retainOnDelete, ignoreChanges], [true, true, ["engineVersion"]]);
  });

  it("lets one user in, by IAM, who cannot empty or configure it", () => {
    const [user] = db.all("aws:elasticache/user:User").map(({ inputs }) => inputs);
    assert.deepEqual([user.userId, user.userName, user.engine], ["vod-dev-app", "vod-dev-app", "valkey"]);
    assert.deepEqual(user.authenticationMode, { type: "iam" });
    const words: string[] = user.accessString.split(" ");
    assert.deepEqual(words.slice(0, 4), ["on", "~*", "&*", "-@all"]);
    assert.ok(words.includes("-@dangerous") && !words.some((word) => /^\+@(all|admin|dangerous)$/.test(word)));
    assert.equal(db.all("aws:elasticache/user:User").length, 1);
    const group = db.one("aws:elasticache/userGroup:UserGroup", "db-cache-users").inputs;
    assert.deepEqual([group.userGroupId, group.userIds], ["vod-dev-users", ["vod-dev-app"]]);
  });

  it("switches cluster mode on", () => {
    const { inputs } = db.one("aws:elasticache/parameterGroup:ParameterGroup", "db-cache-parameters");
    assert.equal(inputs.family, "valkey9");
    assert.deepEqual(inputs.parameters, [
      { name: "cluster-enabled", value: "yes" },
      { name: "maxmemory-policy", value: "allkeys-lru" },
    ]);
  });

  it("watches each of the four nodes", () => {
    const alarms = alarmsOf(db, "db-cache");
    const nodes = [...new Set(alarms.map(({ inputs }) => inputs.dimensions.CacheClusterId as string))];
    assert.deepEqual(
      nodes,
      ["0001-001", "0001-002", "0002-001", "0002-002"].map((node) => `vod-dev-cache-${node}`),
    );
    assert.deepEqual(
      alarms.slice(0, 4).map(({ name, inputs }) => [name, inputs.metricName, inputs.threshold]),
      [
        ["db-cache-1-connections-alarm", "CurrConnections", 52_000],
        ["db-cache-1-cpu-alarm", "EngineCPUUtilization", 80],
        ["db-cache-1-lag-alarm", "ReplicationLag", 10],
        ["db-cache-1-memory-alarm", "DatabaseMemoryUsagePercentage", 85],
      ],
    );
    assert.equal(alarms.length, 16);
  });
});
