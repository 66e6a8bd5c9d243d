import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { allow, serviceTrust } from "../../lib/iam";
import { SERVERLESS } from "../../lib/instanceClasses";
import { clusterLogPrefix, clusterName } from "../../lib/names";
import { named } from "../../lib/tags";
import { arnIn, stateful, type Platform } from "../shared/platform";
import { createRole, type CreatedRole } from "../shared/role";
import { alarmOnAurora } from "./auroraAlarms";
import { createReaderScaling, createReports } from "./auroraReaders";
import type { ServerlessRange } from "./capacity.plan";
import type { StoreSpec } from "./storeSpec";

export enum InsightsMode {
  /** Seven days of history, free of charge. */
  Standard = "standard",
  /** Fifteen months, with analyses: $9.13 a month and virtual processor (Amazon CloudWatch pricing, recalled). */
  Advanced = "advanced",
}

export interface ServerlessSettings {
  /**
   * Aurora capacity units, in halves; with 0 an idle instance pauses, and the first connection wakes it in about 15 s.
   * @default 0
   */
  minCapacity?: number;
  /** Aurora capacity units (2 GiB of memory each), 1 to 256 in halves. */
  maxCapacity: number;
  /**
   * Seconds without a connection until an instance pauses, 300 to 86400.
   * @default 300
   */
  pauseSeconds?: number;
}

export interface AuroraSettings {
  /**
   * Class of the writer and of every reader.
   * @default "db.t3.medium"
   */
  instanceClass?: string;
  /**
   * Readers that always stand, 0 to 15. The first to be promoted when the writer fails.
   * @default 2
   */
  readers?: number;
  /**
   * Readers under load, at least `readers`: Aurora adds and removes those above it, by their processors.
   * @default 3
   */
  maxReaders?: number;
  /**
   * For the class db.serverless, and only for it.
   * @default - none: the instances' class says their size
   */
  serverless?: ServerlessSettings;
  /** @default InsightsMode.Standard */
  insights?: InsightsMode;
}

/** The settings with their defaults. */
export interface AuroraPlan {
  instanceClass: string;
  readers: number;
  maxReaders: number;
  serverless?: ServerlessRange & { pauseSeconds: number };
  insights: InsightsMode;
}

export interface CreatedAurora {
  cluster: aws.rds.Cluster;
  instances: aws.rds.ClusterInstance[];
  masterSecretArn: pulumi.Output<string>;
}

/** Long-term support until 2030-02-28 (Aurora PostgreSQL release calendar). */
const ENGINE_VERSION = "17.7";
const FAMILY = "aurora-postgresql17";
const ENGINE = "aurora-postgresql";
const PORT = 5432;
const DATABASE = "vod";
/** Not one of the names that attackers try first. */
const MASTER = "vodadmin";
/** The architecture document's. */
const BACKUP = { days: 7, window: "03:00-04:00" };
const MAINTENANCE_WINDOW = "sun:05:00-sun:06:00";
const EXPORTS = ["postgresql", "iam-db-auth-error"];
/** Database Insights keeps seven days in its standard mode and 465 in the advanced one, and takes no others. */
const INSIGHTS_DAYS = { [InsightsMode.Standard]: 7, [InsightsMode.Advanced]: 465 };
const SLOW_QUERY_MS = 1000;

function planAurora(settings: AuroraSettings): AuroraPlan {
  const { instanceClass = "db.t3.medium", readers = 2, maxReaders = Math.max(3, readers), serverless } = settings;
  const where = `aurora ${instanceClass}`;
  if ((instanceClass === SERVERLESS) !== (serverless !== undefined)) {
    throw new Error(
      `${where} · serverless ${serverless ? "set" : "not set"} → set it for ${SERVERLESS}, and only for it`,
    );
  }
  if (readers < 0 || maxReaders < readers || maxReaders > 15) {
    throw new Error(`${where} · readers ${readers}, maxReaders ${maxReaders} → 0 ≤ readers ≤ maxReaders ≤ 15`);
  }
  const { minCapacity = 0, maxCapacity = 0, pauseSeconds = 300 } = serverless ?? {};
  if (serverless && (maxCapacity < 1 || minCapacity > maxCapacity)) {
    throw new Error(
      `${where} · capacity ${minCapacity} to ${maxCapacity} → 0 ≤ minCapacity ≤ maxCapacity, which is 1 to 256`,
    );
  }
  return {
    instanceClass,
    readers,
    maxReaders,
    ...(serverless && { serverless: { minCapacity, maxCapacity, pauseSeconds } }),
    insights: settings.insights ?? InsightsMode.Standard,
  };
}

/** RDS would make the groups itself, without an end and a key. */
function createLogGroups(
  parent: pulumi.Resource,
  name: string,
  spec: StoreSpec<AuroraSettings>,
  cluster: string,
): aws.cloudwatch.LogGroup[] {
  return EXPORTS.map(
    (kind) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${kind}-logs`,
        {
          name: `${clusterLogPrefix(cluster)}/${kind}`,
          retentionInDays: spec.platform.logRetentionDays,
          kmsKeyId: spec.logsKeyArn,
          tags: named(spec.platform.tags, `${name}-${kind}-logs`),
        },
        { parent },
      ),
  );
}

/** Enhanced Monitoring writes to one log group of the account, whose name RDS has fixed (Aurora User Guide, "Setting up Enhanced Monitoring"). */
function createMonitoringRole(parent: pulumi.Resource, name: string, platform: Platform): CreatedRole {
  return createRole(parent, `${name}-monitoring-role`, {
    platform,
    description: "Writes the operating system's metrics of the database",
    trust: serviceTrust("monitoring.rds.amazonaws.com", platform.accountId),
    grants: [
      allow(
        "Group",
        ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
        [arnIn(platform, "logs", "log-group:RDSOSMetrics")],
      ),
      allow(
        "Streams",
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"],
        [arnIn(platform, "logs", "log-group:RDSOSMetrics:log-stream:*")],
      ),
    ],
  });
}

function createParameters(parent: pulumi.Resource, name: string, platform: Platform): aws.rds.ClusterParameterGroup {
  return new aws.rds.ClusterParameterGroup(
    `${name}-parameters`,
    {
      family: FAMILY,
      description: "TLS only, slow statements logged",
      parameters: [
        { name: "rds.force_ssl", value: "1" },
        { name: "ssl_min_protocol_version", value: "TLSv1.2" },
        { name: "log_min_duration_statement", value: String(SLOW_QUERY_MS) },
      ],
      tags: named(platform.tags, `${name}-parameters`),
    },
    { parent },
  );
}

function createCluster(
  parent: pulumi.Resource,
  name: string,
  spec: StoreSpec<AuroraSettings>,
  { insights, serverless }: AuroraPlan,
): aws.rds.Cluster {
  const { platform, keyArn } = spec;
  const keep = platform.protect ?? true;
  const identifier = clusterName(platform.stack);
  const subnets = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    { description: "Data subnets", subnetIds: spec.subnetIds, tags: named(platform.tags, `${name}-subnets`) },
    { parent },
  );
  const logs = createLogGroups(parent, name, spec, identifier);
  const monitoring = createMonitoringRole(parent, name, platform);
  return new aws.rds.Cluster(
    name,
    {
      clusterIdentifier: identifier,
      engine: ENGINE,
      engineVersion: ENGINE_VERSION,
      // At the end of standard support Aurora upgrades, instead of charging twice for an old version.
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      databaseName: DATABASE,
      port: PORT,
      masterUsername: MASTER,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keyArn,
      iamDatabaseAuthenticationEnabled: true,
      dbClusterParameterGroupName: createParameters(parent, name, platform).name,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [spec.groupId],
      storageEncrypted: true,
      kmsKeyId: keyArn,
      backupRetentionPeriod: BACKUP.days,
      preferredBackupWindow: BACKUP.window,
      preferredMaintenanceWindow: MAINTENANCE_WINDOW,
      deletionProtection: keep,
      deleteAutomatedBackups: !keep,
      skipFinalSnapshot: !keep,
      ...(keep && { finalSnapshotIdentifier: `${identifier}-final` }),
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: EXPORTS,
      // On the cluster, so that they hold for the readers that Aurora adds.
      databaseInsightsMode: insights,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: keyArn,
      performanceInsightsRetentionPeriod: INSIGHTS_DAYS[insights],
      monitoringInterval: 60,
      monitoringRoleArn: monitoring.role.arn,
      ...(serverless && {
        serverlessv2ScalingConfiguration: {
          minCapacity: serverless.minCapacity,
          maxCapacity: serverless.maxCapacity,
          ...(serverless.minCapacity === 0 && { secondsUntilAutoPause: serverless.pauseSeconds }),
        },
      }),
      tags: named(platform.tags, name),
    },
    {
      ...stateful(platform, parent),
      // Aurora chooses the zones of the volume.
      ignoreChanges: ["availabilityZones"],
      dependsOn: [...logs, monitoring.grants],
    },
  );
}

/** The writer and the readers that always stand. Which one writes changes with the first failure: none is named for it. */
function createInstances(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  cluster: aws.rds.Cluster,
  { instanceClass, readers }: AuroraPlan,
): aws.rds.ClusterInstance[] {
  return Array.from({ length: 1 + readers }, (_, index) => {
    const instance = `${name}-${index + 1}`;
    return new aws.rds.ClusterInstance(
      instance,
      {
        clusterIdentifier: cluster.id,
        engine: ENGINE,
        instanceClass,
        promotionTier: index === 0 ? 0 : 1,
        publiclyAccessible: false,
        // A minor upgrade would leave the release that has long-term support.
        autoMinorVersionUpgrade: false,
        copyTagsToSnapshot: true,
        tags: named(platform.tags, instance),
      },
      { parent },
    );
  });
}

/** Cluster, instances, scaling of the readers, alarms and reports. @throws Error when the settings contradict each other. */
export function createAurora(parent: pulumi.Resource, name: string, spec: StoreSpec<AuroraSettings>): CreatedAurora {
  const plan = planAurora(spec.settings);
  const cluster = createCluster(parent, name, spec, plan);
  const instances = createInstances(parent, name, spec.platform, cluster, plan);
  if (plan.maxReaders > plan.readers) createReaderScaling(parent, name, spec.platform, cluster, instances, plan);
  createReports(parent, name, spec, cluster);
  alarmOnAurora(parent, name, spec, cluster.clusterIdentifier, plan);
  const masterSecretArn = pulumi.secret(cluster.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? ""));
  return { cluster, instances, masterSecretArn };
}
