import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admit, allow, type Statement } from "../../lib/iam";
import { arnIn, type Platform } from "../shared/platform";
import { createBucket, type BucketSpec, type CreatedBucket } from "../shared/bucket";
import { createBucketPolicy } from "../shared/bucketPolicy";
import {
  accessLogLifecycle,
  ingestLifecycle,
  ingestReplicaLifecycle,
  mediaLifecycle,
  mediaReplicaLifecycle,
  webLifecycle,
} from "./lifecycle.plan";
import { createReplication, MEDIA_REPLICATED } from "./replication";

export interface VodStorageArgs {
  platform: Platform;
  recoveryRegion: pulumi.Input<string>;
  /** Encrypts sources, renditions and pages. */
  mediaKeyArn: pulumi.Input<string>;
  /** The same in the recovery region. */
  mediaReplicaKeyArn: pulumi.Input<string>;
  /**
   * Whether no VodEdge follows: the policies that it would write, of the media buckets and the web bucket, are written
   * here then and admit nobody.
   * @default false
   */
  withoutEdge?: boolean;
}

/** Where S3, CloudFront and the VPC write their logs (Amazon S3 and CloudWatch Logs user guides, log delivery). */
function logDeliveries(platform: Platform, logs: aws.s3.Bucket): Statement[] {
  const fromAccount = { "aws:SourceAccount": platform.accountId };
  // CloudFront's deliveries are made in us-east-1, wherever the bucket is.
  const deliveries = arnIn(platform, "logs", "delivery-source:*", "us-east-1");
  const flowLogs = arnIn(platform, "logs", "*");
  return [
    // Buckets of other components log here too: their names are not known yet.
    admit(
      { Service: "logging.s3.amazonaws.com" },
      allow("ServerAccessLogs", ["s3:PutObject"], [pulumi.interpolate`${logs.arn}/s3/*`], {
        StringEquals: fromAccount,
      }),
    ),
    admit(
      { Service: "delivery.logs.amazonaws.com" },
      allow("CloudFrontLogs", ["s3:PutObject"], [pulumi.interpolate`${logs.arn}/AWSLogs/*`], {
        StringEquals: { ...fromAccount, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": deliveries },
      }),
    ),
    // VPC User Guide, "Publish flow logs to Amazon S3".
    admit(
      { Service: "delivery.logs.amazonaws.com" },
      allow("FlowLogs", ["s3:PutObject"], [pulumi.interpolate`${logs.arn}/AWSLogs/*`], {
        StringEquals: { ...fromAccount, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": flowLogs },
      }),
    ),
    admit(
      { Service: "delivery.logs.amazonaws.com" },
      allow("FlowLogsFindBucket", ["s3:GetBucketAcl", "s3:ListBucket"], [logs.arn], {
        StringEquals: fromAccount,
        ArnLike: { "aws:SourceArn": flowLogs },
      }),
    ),
    // Application Load Balancers, "Enable access logs": the path alone says whose balancer may write, no condition does.
    admit(
      { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      allow(
        "BalancerLogs",
        ["s3:PutObject"],
        ["access", "connections"].map(
          (kind) => pulumi.interpolate`${logs.arn}/alb/${kind}/AWSLogs/${platform.accountId}/*`,
        ),
      ),
    ),
  ];
}

/**
 * The buckets. Sources and renditions are copied to the recovery region. The policies of the media buckets and the
 * web bucket name the distribution and are written by VodEdge.
 *
 * Cost: by use; a source costs $0.023 a GB-month at first and $0.00099 after a year (see docs/cost.md).
 */
export class VodStorage extends pulumi.ComponentResource {
  public readonly ingestBucket: pulumi.Output<string>;
  public readonly ingestBucketArn: pulumi.Output<string>;
  public readonly mediaBucket: pulumi.Output<string>;
  public readonly mediaBucketArn: pulumi.Output<string>;
  /** Regional DNS name, for an origin. */
  public readonly mediaBucketDomain: pulumi.Output<string>;
  public readonly webBucket: pulumi.Output<string>;
  public readonly webBucketArn: pulumi.Output<string>;
  public readonly webBucketDomain: pulumi.Output<string>;
  public readonly accessLogBucketArn: pulumi.Output<string>;
  /** Its name, for services that try the bucket when they are told of it: known once its policy is there. */
  public readonly accessLogBucket: pulumi.Output<string>;
  public readonly mediaReplicaBucket: pulumi.Output<string>;
  public readonly mediaReplicaBucketArn: pulumi.Output<string>;
  public readonly mediaReplicaBucketDomain: pulumi.Output<string>;

  constructor(name: string, args: VodStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodStorage", name, args, opts);
    const { platform, recoveryRegion, mediaKeyArn, mediaReplicaKeyArn } = args;
    const create = (spec: Omit<BucketSpec, "platform">): CreatedBucket =>
      createBucket(this, name, { platform, ...spec });

    const logs = create({ role: "access-logs", lifecycle: accessLogLifecycle(platform.logRetentionDays) });
    const here = { keyArn: mediaKeyArn, accessLogBucket: logs.bucket.bucket };
    const ingest = create({ role: "ingest", lifecycle: ingestLifecycle(), events: true, ...here });
    const media = create({ role: "media", lifecycle: mediaLifecycle(), events: true, ...here });
    const web = create({ role: "web", lifecycle: webLifecycle(), ...here });
    // No access log of the replicas: it would need a log bucket of its own there, and nobody but S3 touches them.
    const there = { keyArn: mediaReplicaKeyArn, region: recoveryRegion };
    const mediaReplica = create({ role: "media-replica", lifecycle: mediaReplicaLifecycle(), ...there });
    const ingestReplica = create({ role: "ingest-replica", lifecycle: ingestReplicaLifecycle(), ...there });

    createReplication(this, name, {
      platform,
      recoveryRegion,
      sourceKeyArn: mediaKeyArn,
      replicaKeyArn: mediaReplicaKeyArn,
      pairs: [
        { role: "ingest", source: ingest, replica: ingestReplica, prefixes: [""], storageClass: "GLACIER" },
        {
          role: "media",
          source: media,
          replica: mediaReplica,
          prefixes: MEDIA_REPLICATED,
          storageClass: "STANDARD_IA",
        },
      ],
    });

    const policy = (
      role: string,
      { bucket }: CreatedBucket,
      statements: Statement[],
      region?: pulumi.Input<string>,
    ): aws.s3.BucketPolicy =>
      createBucketPolicy(this, `${name}-${role}`, { name: bucket.bucket, arn: bucket.arn }, statements, region);
    const logPolicy = policy("access-logs", logs, logDeliveries(platform, logs.bucket));
    policy("ingest", ingest, []);
    policy("ingest-replica", ingestReplica, [], recoveryRegion);
    if (args.withoutEdge) {
      policy("media", media, []);
      policy("media-replica", mediaReplica, [], recoveryRegion);
      policy("web", web, []);
    }

    this.ingestBucket = ingest.bucket.bucket;
    this.ingestBucketArn = ingest.bucket.arn;
    this.mediaBucket = media.bucket.bucket;
    this.mediaBucketArn = media.bucket.arn;
    this.mediaBucketDomain = media.bucket.bucketRegionalDomainName;
    this.webBucket = web.bucket.bucket;
    this.webBucketArn = web.bucket.arn;
    this.webBucketDomain = web.bucket.bucketRegionalDomainName;
    this.accessLogBucket = logPolicy.bucket;
    this.accessLogBucketArn = logs.bucket.arn;
    this.mediaReplicaBucket = mediaReplica.bucket.bucket;
    this.mediaReplicaBucketArn = mediaReplica.bucket.arn;
    this.mediaReplicaBucketDomain = mediaReplica.bucket.bucketRegionalDomainName;
    this.registerOutputs({
      ingestBucket: this.ingestBucket,
      ingestBucketArn: this.ingestBucketArn,
      mediaBucket: this.mediaBucket,
      mediaBucketArn: this.mediaBucketArn,
      mediaBucketDomain: this.mediaBucketDomain,
      webBucket: this.webBucket,
      webBucketArn: this.webBucketArn,
      webBucketDomain: this.webBucketDomain,
      accessLogBucket: this.accessLogBucket,
      accessLogBucketArn: this.accessLogBucketArn,
      mediaReplicaBucket: this.mediaReplicaBucket,
      mediaReplicaBucketArn: this.mediaReplicaBucketArn,
      mediaReplicaBucketDomain: this.mediaReplicaBucketDomain,
    });
  }
}
