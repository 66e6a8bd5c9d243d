/** Database and cache of the good stack. */
import { arn, id, nameOf, type Given } from "./given";
import { r, tagged } from "./parts";

const READERS = {
  serviceNamespace: "rds",
  scalableDimension: "rds:cluster:ReadReplicaCount",
  resourceId: "cluster:vod-dev-aurora",
};
const EVENTS: [sourceType: string, eventCategories: string[]][] = [
  ["db-cluster", ["failover", "failure", "maintenance"]],
  ["db-instance", ["configuration change", "failure", "maintenance"]],
  ["db-parameter-group", ["configuration change"]],
  ["db-security-group", ["configuration change", "failure"]],
];
const delivery = (logType: string) => ({
  logType,
  destinationType: "cloudwatch-logs",
  logFormat: "json",
  destination: "/vod/dev/cache",
});

const AURORA: Given[] = [
  tagged("cloudwatch/logGroup:LogGroup", "aurora-log", {
    name: "/aws/rds/cluster/vod-dev-aurora/postgresql",
    retentionInDays: 14,
    kmsKeyId: arn("data-key"),
  }),
  tagged("rds/clusterParameterGroup:ClusterParameterGroup", "aurora-parameters", {
    name: "aurora-parameters",
    family: "aurora-postgresql17",
    parameters: [
      { name: "log_min_duration_statement", value: "1000" },
      { name: "rds.force_ssl", value: "1" },
    ],
  }),
  tagged("rds/cluster:Cluster", "aurora", {
    clusterIdentifier: "vod-dev-aurora",
    engine: "aurora-postgresql",
    engineVersion: "17.7",
    masterUsername: "vodadmin",
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: arn("data-key"),
    iamDatabaseAuthenticationEnabled: true,
    dbClusterParameterGroupName: nameOf("aurora-parameters"),
    storageEncrypted: true,
    kmsKeyId: arn("data-key"),
    backupRetentionPeriod: 7,
    preferredBackupWindow: "03:00-04:00",
    preferredMaintenanceWindow: "sun:05:00-sun:06:00",
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "vod-dev-aurora-final",
    copyTagsToSnapshot: true,
    enabledCloudwatchLogsExports: ["postgresql"],
    databaseInsightsMode: "standard",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: arn("data-key"),
    performanceInsightsRetentionPeriod: 7,
    monitoringInterval: 60,
  }),
  ...["aurora-1", "aurora-2"].map((name) =>
    tagged("rds/clusterInstance:ClusterInstance", name, {
      clusterIdentifier: id("aurora"),
      engine: "aurora-postgresql",
      instanceClass: "db.r7g.large",
      publiclyAccessible: false,
    }),
  ),
  tagged("appautoscaling/target:Target", "aurora-readers", { ...READERS, minCapacity: 2, maxCapacity: 3 }),
  r("appautoscaling/policy:Policy", "aurora-readers-cpu", { ...READERS, policyType: "TargetTrackingScaling" }),
  tagged("cloudwatch/metricAlarm:MetricAlarm", "aurora-volume-alarm", {
    metricName: "VolumeBytesUsed",
    namespace: "AWS/RDS",
    dimensions: { DBClusterIdentifier: id("aurora") },
    threshold: 800e9,
    alarmActions: [arn("critical")],
  }),
  ...EVENTS.map(([sourceType, eventCategories]) =>
    tagged("rds/eventSubscription:EventSubscription", `aurora-${sourceType}-events`, {
      snsTopic: arn("critical"),
      sourceType,
      eventCategories,
    }),
  ),
];

const CACHE: Given[] = [
  tagged("elasticache/parameterGroup:ParameterGroup", "cache-parameters", {
    name: "cache-parameters",
    family: "valkey9",
    parameters: [{ name: "cluster-enabled", value: "yes" }],
  }),
  tagged("elasticache/user:User", "cache-user", {
    engine: "valkey",
    userId: "vod-dev-app",
    userName: "vod-dev-app",
    accessString: "on ~* -@all +@read +@write -@dangerous",
    authenticationMode: { type: "iam" },
  }),
  tagged("elasticache/userGroup:UserGroup", "cache-users", {
    engine: "valkey",
    userGroupId: "vod-dev-users",
    userIds: ["vod-dev-app"],
  }),
  tagged("elasticache/replicationGroup:ReplicationGroup", "cache", {
    replicationGroupId: "vod-dev-cache",
    description: "Sessions",
    engine: "valkey",
    engineVersion: "9.0",
    nodeType: "cache.r7g.large",
    parameterGroupName: nameOf("cache-parameters"),
    clusterMode: "enabled",
    numNodeGroups: 2,
    replicasPerNodeGroup: 1,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    durability: "async",
    userGroupIds: [id("cache-users")],
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    atRestEncryptionEnabled: true,
    kmsKeyId: arn("data-key"),
    snapshotWindow: "04:00-05:00",
    snapshotRetentionLimit: 7,
    autoMinorVersionUpgrade: true,
    logDeliveryConfigurations: [delivery("slow-log"), delivery("engine-log")],
  }),
];

const BACKUPS: Given[] = [
  tagged("backup/vault:Vault", "vault", { name: "vault", kmsKeyArn: arn("data-key") }),
  tagged("backup/vault:Vault", "recovery-vault", {
    name: "recovery-vault",
    region: "us-west-2",
    kmsKeyArn: arn("replica-key"),
  }),
  tagged("backup/plan:Plan", "backup-plan", {
    rules: [{ targetVaultName: nameOf("vault"), copyActions: [{ destinationVaultArn: arn("recovery-vault") }] }],
  }),
  r("backup/selection:Selection", "backup-selection", {
    planId: id("backup-plan"),
    iamRoleArn: arn("function-role"),
    resources: [arn("aurora")],
  }),
];

export const DATABASE: readonly Given[] = [...AURORA, ...BACKUPS, ...CACHE];
