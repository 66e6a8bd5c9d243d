import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admitToKey, policyDocument, type Statement } from "../../lib/iam";
import { clusterLogPrefix, clusterName, keyAlias, logGroupPrefix, webAclLogPrefix } from "../../lib/names";
import { named } from "../../lib/tags";
import {
  encryptionKeyStatements,
  logGroupsOnKey,
  serviceKeyStatements,
  serviceOnKey,
  signingKeyStatements,
} from "../shared/keyPolicy";
import { arnIn, policyJson, stateful, type Platform } from "../shared/platform";

export interface VodKeysArgs {
  platform: Platform;
  /** Region of the copies: the key there encrypts the replicas of the ingest and media buckets. */
  recoveryRegion: pulumi.Input<string>;
}

/** Days until a scheduled deletion is carried out: the longest that KMS allows where the data matters, else the shortest. */
const DELETION_WINDOW = { protected: 30, open: 7 };
/** KMS: 90 to 2,560 days. A year is the default and what CIS asks for. */
const ROTATION_DAYS = 365;

type Role =
  | "media"
  | "data"
  | "database"
  | "database-replica"
  | "images"
  | "logs"
  | "media-replica"
  | "search"
  | "secrets"
  | "signing";

interface KeySpec {
  role: Role;
  description: string;
  /** The whole policy. Undefined when somebody else writes it. */
  statements?: Statement[];
  region?: pulumi.Input<string>;
}

function createKey(parent: VodKeys, name: string, platform: Platform, spec: KeySpec): aws.kms.Key {
  const { role, description, statements, region } = spec;
  const signing = role === "signing";
  const key = new aws.kms.Key(
    `${name}-${role}`,
    {
      description,
      deletionWindowInDays: (platform.protect ?? true) ? DELETION_WINDOW.protected : DELETION_WINDOW.open,
      // Asymmetric keys cannot rotate by themselves (KMS Developer Guide, "Rotate KMS keys").
      ...(signing
        ? { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "RSA_2048", enableKeyRotation: false }
        : { enableKeyRotation: true, rotationPeriodInDays: ROTATION_DAYS }),
      ...(statements && { policy: policyJson(policyDocument(statements)) }),
      ...(region && { region }),
      tags: named(platform.tags, `${name}-${role}`),
    },
    stateful(platform, parent),
  );
  new aws.kms.Alias(
    `${name}-${role}-alias`,
    { name: keyAlias(platform.stack, role), targetKeyId: key.keyId, ...(region && { region }) },
    { parent },
  );
  return key;
}

/**
 * What may use the data key beside our roles. EventBridge sends no source account or ARN when a message for a queue is
 * encrypted in its name (Amazon SNS Developer Guide, "Key management"): a condition on them would drop every event. SQS
 * and EventBridge do name the queue or the bus as encryption context.
 */
function dataKeyStatements(platform: Platform): Statement[] {
  const events = { Service: "events.amazonaws.com" };
  const seal = ["kms:Decrypt", "kms:GenerateDataKey"];
  const queues = arnIn(platform, "sqs", "*");
  const buses = arnIn(platform, "events", "event-bus/*");
  const topics = arnIn(platform, "sns", "*");
  return [
    ...encryptionKeyStatements(platform),
    admitToKey("EventsToQueues", events, seal, { ArnLike: { "kms:EncryptionContext:aws:sqs:arn": queues } }),
    admitToKey("EventsOnBus", events, seal, { ArnLike: { "kms:EncryptionContext:aws:events:event-bus:arn": buses } }),
    serviceOnKey("KeyOfBus", platform, events.Service, ["kms:DescribeKey"]),
    serviceOnKey("AlarmsToTopics", platform, "cloudwatch.amazonaws.com", seal),
    // RDS names no source account to KMS either; SNS names the topic.
    admitToKey("DatabaseEventsToTopics", { Service: "events.rds.amazonaws.com" }, seal, {
      ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": topics },
    }),
  ];
}

const logsKeyStatements = (platform: Platform): Statement[] => [
  ...encryptionKeyStatements(platform),
  logGroupsOnKey(platform, platform.region, [
    logGroupPrefix(platform.stack),
    webAclLogPrefix(platform.stack),
    clusterLogPrefix(clusterName(platform.stack)),
  ]),
];

/**
 * One key for each class of data, so that a grant on one opens nothing else. The policies of the media keys
 * name the distribution and are written by VodEdge.
 *
 * Cost: $1 a month each, $2 after the first and $3 after the second rotation (AWS KMS pricing), and requests.
 */
export class VodKeys extends pulumi.ComponentResource {
  /** Sources, renditions, pages. */
  public readonly mediaKeyArn: pulumi.Output<string>;
  /** Ledger, queues, bus, topics, environments of functions. */
  public readonly dataKeyArn: pulumi.Output<string>;
  /** Aurora, its secret and its insights, the cache. */
  public readonly databaseKeyArn: pulumi.Output<string>;
  /** Container images in ECR. */
  public readonly imagesKeyArn: pulumi.Output<string>;
  /** Copies of Aurora's snapshots, in the recovery region. */
  public readonly databaseReplicaKeyArn: pulumi.Output<string>;
  /** Log groups. */
  public readonly logsKeyArn: pulumi.Output<string>;
  /** Replicas, in the recovery region. */
  public readonly mediaReplicaKeyArn: pulumi.Output<string>;
  /** Search domain and its snapshots. */
  public readonly searchKeyArn: pulumi.Output<string>;
  /** Secrets that are no database's. */
  public readonly secretsKeyArn: pulumi.Output<string>;
  /** Signs the viewers' cookies; RSA 2048, never leaves KMS. */
  public readonly signingKeyArn: pulumi.Output<string>;
  public readonly signingKeyId: pulumi.Output<string>;

  constructor(name: string, args: VodKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodKeys", name, args, opts);
    const { platform } = args;
    const key = (spec: KeySpec): aws.kms.Key => createKey(this, name, platform, spec);

    const media = key({ role: "media", description: "Sources and renditions" });
    const data = key({
      role: "data",
      description: "Ledger, queues, bus, topics",
      statements: dataKeyStatements(platform),
    });
    const database = key({
      role: "database",
      description: "Aurora, its master secret and its insights, the cache",
      statements: serviceKeyStatements(platform, ["backup", "elasticache", "rds", "secretsmanager"]),
    });
    const databaseReplica = key({
      role: "database-replica",
      description: "Copies of Aurora's snapshots",
      statements: serviceKeyStatements(platform, ["backup", "rds"], args.recoveryRegion),
      region: args.recoveryRegion,
    });
    const images = key({
      role: "images",
      description: "Container images",
      statements: serviceKeyStatements(platform, ["ecr"]),
    });
    const logs = key({ role: "logs", description: "Log groups", statements: logsKeyStatements(platform) });
    const replica = key({
      role: "media-replica",
      description: "Replicas of sources and renditions",
      region: args.recoveryRegion,
    });
    const search = key({
      role: "search",
      description: "Search domain and its snapshots",
      statements: serviceKeyStatements(platform, ["es", "s3"]),
    });
    const secrets = key({
      role: "secrets",
      description: "Secrets",
      statements: encryptionKeyStatements(platform),
    });
    const signing = key({
      role: "signing",
      description: "Signs the viewers' cookies",
      statements: signingKeyStatements(platform),
    });

    this.mediaKeyArn = media.arn;
    this.dataKeyArn = data.arn;
    this.databaseKeyArn = database.arn;
    this.databaseReplicaKeyArn = databaseReplica.arn;
    this.imagesKeyArn = images.arn;
    this.logsKeyArn = logs.arn;
    this.mediaReplicaKeyArn = replica.arn;
    this.searchKeyArn = search.arn;
    this.secretsKeyArn = secrets.arn;
    this.signingKeyArn = signing.arn;
    this.signingKeyId = signing.keyId;
    this.registerOutputs({
      mediaKeyArn: this.mediaKeyArn,
      dataKeyArn: this.dataKeyArn,
      databaseKeyArn: this.databaseKeyArn,
      databaseReplicaKeyArn: this.databaseReplicaKeyArn,
      imagesKeyArn: this.imagesKeyArn,
      logsKeyArn: this.logsKeyArn,
      mediaReplicaKeyArn: this.mediaReplicaKeyArn,
      searchKeyArn: this.searchKeyArn,
      secretsKeyArn: this.secretsKeyArn,
      signingKeyArn: this.signingKeyArn,
      signingKeyId: this.signingKeyId,
    });
  }
}
