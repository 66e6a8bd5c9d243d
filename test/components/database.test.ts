import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { InsightsMode, VodDatabase, type VodDatabaseArgs } from "../../components";
import { ALARM, alarmsOf, buildDatabase, databaseArgs, databaseTags, GROUP, valueOf } from "../support/database";
import { KEY, platform, TOPICS } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";

/** What dev sets. */
const SMALL: Partial<VodDatabaseArgs> = {
  platform: platform({ protect: false }),
  aurora: { instanceClass: "db.serverless", readers: 0, maxReaders: 0, serverless: { maxCapacity: 2 } },
  cache: { nodeType: "cache.t3.micro", shards: 1, replicas: 0 },
};

describe("VodDatabase, Aurora by default", () => {
  let db: Recording;
  before(async () => {
    db = await buildDatabase();
  });

  it("makes the cluster of the architecture document", () => {
    const { inputs, options } = db.one(CLUSTER, "db-aurora");
    assert.deepEqual(inputs, {
      clusterIdentifier: "vod-dev-aurora",
      engine: "aurora-postgresql",
      engineVersion: "17.7",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      databaseName: "vod",
      port: 5432,
      masterUsername: "vodadmin",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: KEY("database"),
      iamDatabaseAuthenticationEnabled: true,
      dbClusterParameterGroupName: "db-aurora-parameters-1a2b3c4",
      dbSubnetGroupName: "db-aurora-subnets-1a2b3c4",
      vpcSecurityGroupIds: ["sg-database"],
      storageEncrypted: true,
      kmsKeyId: KEY("database"),
      backupRetentionPeriod: 7,
      preferredBackupWindow: "03:00-04:00",
      preferredMaintenanceWindow: "sun:05:00-sun:06:00",
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "vod-dev-aurora-final",
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql", "iam-db-auth-error"],
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: KEY("database"),
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
      monitoringRoleArn: `arn:aws:iam:us-east-1:${ACCOUNT}:db-aurora-monitoring-role-1a2b3c4`,
      tags: databaseTags("db-aurora"),
    });
    const { protect, retainOnDelete, ignoreChanges } = options;
    assert.deepEqual([protect, retainOnDelete, ignoreChanges], [true, true, ["availabilityZones"]]);
  });

  it("refuses plain text and logs what is slow", () => {
    const { inputs } = db.one("aws:rds/clusterParameterGroup:ClusterParameterGroup", "db-aurora-parameters");
    assert.equal(inputs.family, "aurora-postgresql17");
    assert.deepEqual(inputs.parameters, [
      { name: "rds.force_ssl", value: "1" },
      { name: "ssl_min_protocol_version", value: "TLSv1.2" },
      { name: "log_min_duration_statement", value: "1000" },
    ]);
  });

  it("stands a writer and two readers, the first to be promoted", () => {
    assert.deepEqual(
      db.all(INSTANCE).map(({ name, inputs }) => [name, inputs.promotionTier]),
      [
        ["db-aurora-1", 0],
        ["db-aurora-2", 1],
        ["db-aurora-3", 1],
      ],
    );
    assert.deepEqual(db.one(INSTANCE, "db-aurora-1").inputs, {
      clusterIdentifier: "id-of-db-aurora-1a2b3c4",
      engine: "aurora-postgresql",
      instanceClass: "db.t3.medium",
      promotionTier: 0,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      tags: databaseTags("db-aurora-1"),
    });
  });

  it("adds a third reader by the processors of the two", () => {
    const scaled = {
      serviceNamespace: "rds",
      scalableDimension: "rds:cluster:ReadReplicaCount",
      resourceId: "cluster:vod-dev-aurora",
    };
    const target = db.one("aws:appautoscaling/target:Target", "db-aurora-readers");
    assert.deepEqual(target.inputs, {
      ...scaled,
      minCapacity: 2,
      maxCapacity: 3,
      tags: databaseTags("db-aurora-readers"),
    });
    assert.deepEqual(db.one("aws:appautoscaling/policy:Policy", "db-aurora-readers-cpu").inputs, {
      ...scaled,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
        targetValue: 70,
        scaleInCooldown: 300,
        scaleOutCooldown: 300,
      },
    });
  });

  it("makes RDS's log groups itself, with an end and a key", () => {
    const groups = db.all("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs);
    assert.deepEqual(
      groups.map(({ name, retentionInDays, kmsKeyId }) => [name, retentionInDays, kmsKeyId]),
      [
        ["/aws/rds/cluster/vod-dev-aurora/postgresql", 14, KEY("logs")],
        ["/aws/rds/cluster/vod-dev-aurora/iam-db-auth-error", 14, KEY("logs")],
        ["/vod/dev/cache-slow", 14, KEY("logs")],
        ["/vod/dev/cache-engine", 14, KEY("logs")],
      ],
    );
  });

  it("lets RDS write the machine's metrics, and nothing else", () => {
    const role = db.one("aws:iam/role:Role", "db-aurora-monitoring-role");
    assert.deepEqual(json(role.inputs.assumeRolePolicy).Statement, [
      {
        Sid: "Assume",
        Effect: "Allow",
        Principal: { Service: "monitoring.rds.amazonaws.com" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    ]);
    const grants = json(db.one("aws:iam/rolePolicy:RolePolicy", "db-aurora-monitoring-role-grants").inputs.policy);
    const group = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:RDSOSMetrics`;
    assert.deepEqual(
      (grants.Statement as { Resource: string[] }[]).map(({ Resource }) => Resource),
      [[group], [`${group}:log-stream:*`]],
    );
  });

  it("watches the volume, the writer, the readers and their lag", () => {
    const alarms = alarmsOf(db, "db-aurora");
    const cluster = { DBClusterIdentifier: "vod-dev-aurora" };
    const watched = (role: string, Role: string, topic: string) => [
      // 80 % of 4 GiB / 9,531,392 = 450 connections; 5 % of 4 GiB.
      [`db-aurora-${role}-connections-alarm`, "DatabaseConnections", { ...cluster, Role }, 360, [topic]],
      [`db-aurora-${role}-cpu-alarm`, "CPUUtilization", { ...cluster, Role }, 80, [topic]],
      [`db-aurora-${role}-memory-alarm`, "FreeableMemory", { ...cluster, Role }, 214_748_364.8, [topic]],
    ];
    assert.deepEqual(
      alarms
        .filter(({ name }) => !name.includes("growth"))
        .map(({ name, inputs }) => [name, inputs.metricName, inputs.dimensions, inputs.threshold, inputs.alarmActions]),
      [
        ["db-aurora-lag-alarm", "AuroraReplicaLagMaximum", cluster, 1000, [TOPICS.warningArn]],
        ...watched("readers", "READER", TOPICS.warningArn),
        ["db-aurora-volume-80-alarm", "VolumeBytesUsed", cluster, 800e9, [TOPICS.warningArn]],
        ["db-aurora-volume-95-alarm", "VolumeBytesUsed", cluster, 950e9, [TOPICS.criticalArn]],
        ...watched("writer", "WRITER", TOPICS.criticalArn),
      ],
    );
    const growth = db.one(ALARM, "db-aurora-growth-alarm").inputs;
    assert.equal(growth.thresholdMetricId, growth.metricQueries[0].id);
    assert.equal(growth.metricQueries[0].expression, `ANOMALY_DETECTION_BAND(${growth.metricQueries[1].id}, 3)`);
    assert.deepEqual(growth.metricQueries[1].metric.dimensions, cluster);
  });

  it("reports what RDS does, of the cluster by name", () => {
    const reports = db.all("aws:rds/eventSubscription:EventSubscription").map(({ inputs }) => inputs);
    reports.sort((a, b) => String(a.sourceType).localeCompare(String(b.sourceType), "en"));
    assert.deepEqual(
      reports.map(({ sourceType, eventCategories, sourceIds, snsTopic }) => [
        sourceType,
        eventCategories,
        sourceIds,
        snsTopic,
      ]),
      [
        ["db-cluster", ["failover", "failure", "maintenance"], ["id-of-db-aurora-1a2b3c4"], TOPICS.warningArn],
        ["db-instance", ["configuration change", "failure", "maintenance"], undefined, TOPICS.warningArn],
        ["db-parameter-group", ["configuration change"], undefined, TOPICS.warningArn],
        ["db-security-group", ["configuration change", "failure"], undefined, TOPICS.warningArn],
      ],
    );
  });
});

describe("VodDatabase, other settings", () => {
  it("pauses in dev, has one node, and goes when it is told to", async () => {
    const db = await buildDatabase(SMALL);
    const { inputs, options } = db.one(CLUSTER, "db-aurora");
    assert.deepEqual(inputs.serverlessv2ScalingConfiguration, {
      minCapacity: 0,
      maxCapacity: 2,
      secondsUntilAutoPause: 300,
    });
    const { deletionProtection, skipFinalSnapshot, deleteAutomatedBackups } = inputs;
    assert.deepEqual([deletionProtection, skipFinalSnapshot, deleteAutomatedBackups], [false, true, true]);
    assert.ok(!("finalSnapshotIdentifier" in inputs) && !options.protect);
    assert.deepEqual(
      db.all(INSTANCE).map((instance) => instance.inputs.instanceClass),
      ["db.serverless"],
    );
    assert.deepEqual(db.all("aws:appautoscaling/target:Target"), []);
    assert.ok(!db.all(ALARM).some(({ name }) => /readers|lag/.test(name)));
    // 4 GiB; 4 GiB / 9,531,392 = 450 connections, of which 80 %.
    assert.equal(db.one(ALARM, "db-aurora-writer-connections-alarm").inputs.threshold, 360);
    const cache = db.one(GROUP, "db-cache").inputs;
    assert.deepEqual(
      [cache.numNodeGroups, cache.replicasPerNodeGroup, cache.multiAzEnabled, cache.durability],
      [1, 0, false, "disabled"],
    );
    assert.ok(!("finalSnapshotIdentifier" in cache));
    assert.equal(db.all(ALARM).filter(({ name }) => name.startsWith("db-cache")).length, 3);
  });

  it("takes the document's cache.r5.large, which has no durability, and advanced insights", async () => {
    const db = await buildDatabase({
      aurora: { instanceClass: "db.r7g.large", readers: 3, insights: InsightsMode.Advanced },
      cache: { nodeType: "cache.r5.large" },
    });
    const cache = db.one(GROUP, "db-cache").inputs;
    assert.deepEqual([cache.nodeType, cache.durability, cache.multiAzEnabled], ["cache.r5.large", "disabled", true]);
    const { databaseInsightsMode, performanceInsightsRetentionPeriod } = db.one(CLUSTER, "db-aurora").inputs;
    assert.deepEqual([databaseInsightsMode, performanceInsightsRetentionPeriod], ["advanced", 465]);
    assert.equal(db.all(INSTANCE).length, 4);
    assert.deepEqual(db.all("aws:appautoscaling/target:Target"), []);
  });

  it("does not pause above a least capacity", async () => {
    const serverless = { minCapacity: 0.5, maxCapacity: 8 };
    const db = await buildDatabase({
      aurora: { instanceClass: "db.serverless", readers: 0, maxReaders: 0, serverless },
    });
    assert.deepEqual(db.one(CLUSTER, "db-aurora").inputs.serverlessv2ScalingConfiguration, serverless);
  });

  it("refuses settings that contradict each other, and says what to do", () => {
    const wrong: [Partial<VodDatabaseArgs>, RegExp][] = [
      [
        { aurora: { instanceClass: "db.serverless" } },
        /db\.serverless · serverless not set → set it for db\.serverless/,
      ],
      [{ aurora: { serverless: { maxCapacity: 2 } } }, /db\.t3\.medium · serverless set → /],
      [
        { aurora: { instanceClass: "db.x9.huge" } },
        /class "db\.x9\.huge" is not offered → one of db\.serverless, db\.t3/,
      ],
      [{ aurora: { readers: 3, maxReaders: 2 } }, /readers 3, maxReaders 2 → 0 ≤ readers ≤ maxReaders ≤ 15/],
      [{ aurora: { readers: 0, maxReaders: 16 } }, /maxReaders 16 → /],
      [{ aurora: { readers: -1 } }, /readers -1/],
      [
        { aurora: { instanceClass: "db.serverless", serverless: { minCapacity: 4, maxCapacity: 2 } } },
        /capacity 4 to 2 → 0 ≤ minCapacity ≤ maxCapacity/,
      ],
      [{ cache: { shards: 0 } }, /cache\.r7g\.large · shards 0, replicas 1 → 1 to 90 shards with 0 to 5 replicas/],
      [{ cache: { replicas: 6 } }, /replicas 6 → /],
    ];
    return wrong.reduce(
      (before, [change, message]) => before.then(() => assert.rejects(buildDatabase(change), { message })),
      Promise.resolve(),
    );
  });

  it("gives endpoints, and the secret's ARN as a secret", async () => {
    let made: VodDatabase | undefined;
    await record(() => (made = new VodDatabase("db", databaseArgs())));
    assert.ok(made);
    assert.equal(await valueOf(made.databaseName), "vod");
    assert.equal(await valueOf(made.cachePort), 6379);
    assert.equal(await valueOf(made.cacheName), "vod-dev-cache");
    assert.equal(await valueOf(made.cacheUserName), "vod-dev-app");
    assert.match(await valueOf(made.writerEndpoint), /^vod-dev-aurora\.cluster-c[0-9a-f]{12}\.us-east-1\.rds/);
    assert.match(await valueOf(made.readerEndpoint), /^vod-dev-aurora\.cluster-ro-/);
    assert.match(await valueOf(made.databaseResourceId), /^cluster-[0-9A-F]{26}$/);
    assert.match(await valueOf(made.cacheEndpoint), /^clustercfg\.vod-dev-cache\.[0-9a-f]{6}\.useast1\.cache/);
    assert.match(
      await valueOf(made.masterSecretArn),
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!cluster-/,
    );
    assert.equal(await pulumi.isSecret(made.masterSecretArn), true);
    assert.equal(await pulumi.isSecret(made.writerEndpoint), false);
  });
});
