import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import { stateful, type Platform } from "./platform";

export interface LifecycleTransition {
  days: number;
  storageClass: string;
}

export interface LifecycleRule {
  id: string;
  /** Empty: the whole bucket. */
  prefix: string;
  /** Only objects above this size, in bytes. */
  largerThan?: number;
  transitions?: LifecycleTransition[];
  expireAfterDays?: number;
  noncurrentDays?: number;
  abortUploadsAfterDays?: number;
  /** Removes delete markers that hide nothing any more. Not together with `expireAfterDays`. */
  removeLoneMarkers?: boolean;
}

export interface BucketSpec {
  platform: Platform;
  role: string;
  /** Key of the default encryption. Undefined: S3's own keys (log deliveries cannot use a customer's key). */
  keyArn?: pulumi.Input<string>;
  lifecycle: LifecycleRule[];
  /** Sends the bucket's events to EventBridge. */
  events?: boolean;
  region?: pulumi.Input<string>;
  /** Name of the bucket of the server access logs; it must be in the same region. */
  accessLogBucket?: pulumi.Input<string>;
}

/** One rule in the shape of the API. */
function lifecycleArgs(rule: LifecycleRule): aws.types.input.s3.BucketLifecycleConfigurationRule {
  const { prefix, largerThan } = rule;
  return {
    id: rule.id,
    status: "Enabled",
    filter: largerThan === undefined ? { prefix } : { and: { prefix, objectSizeGreaterThan: largerThan } },
    ...(rule.transitions && { transitions: rule.transitions }),
    ...(rule.expireAfterDays && { expiration: { days: rule.expireAfterDays } }),
    ...(rule.removeLoneMarkers && { expiration: { expiredObjectDeleteMarker: true } }),
    ...(rule.noncurrentDays && { noncurrentVersionExpiration: { noncurrentDays: rule.noncurrentDays } }),
    ...(rule.abortUploadsAfterDays && {
      abortIncompleteMultipartUpload: { daysAfterInitiation: rule.abortUploadsAfterDays },
    }),
  };
}

function createSettings(
  parent: pulumi.Resource,
  prefix: string,
  bucket: aws.s3.Bucket,
  spec: BucketSpec,
): aws.s3.BucketVersioning {
  const child = { parent };
  const where = { bucket: bucket.bucket, ...(spec.region && { region: spec.region }) };
  const { keyArn } = spec;
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${prefix}-encryption`,
    {
      ...where,
      rules: [
        keyArn
          ? {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    child,
  );
  new aws.s3.BucketPublicAccessBlock(
    `${prefix}-public-access`,
    { ...where, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    child,
  );
  new aws.s3.BucketOwnershipControls(
    `${prefix}-ownership`,
    { ...where, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child,
  );
  return new aws.s3.BucketVersioning(
    `${prefix}-versioning`,
    { ...where, versioningConfiguration: { status: "Enabled" } },
    child,
  );
}

export interface CreatedBucket {
  bucket: aws.s3.Bucket;
  versioning: aws.s3.BucketVersioning;
}

/** A bucket with its settings as resources of their own: private, encrypted, versioned, owner enforced, with a lifecycle. */
export function createBucket(parent: pulumi.Resource, name: string, spec: BucketSpec): CreatedBucket {
  const { platform, role, region, accessLogBucket } = spec;
  const prefix = `${name}-${role}`;
  const bucket = new aws.s3.Bucket(
    prefix,
    { ...(region && { region }), forceDestroy: !(platform.protect ?? true), tags: named(platform.tags, prefix) },
    stateful(platform, parent),
  );
  const where = { bucket: bucket.bucket, ...(region && { region }) };
  const versioning = createSettings(parent, prefix, bucket, spec);
  new aws.s3.BucketLifecycleConfiguration(
    `${prefix}-lifecycle`,
    { ...where, rules: spec.lifecycle.map(lifecycleArgs) },
    // A rule on noncurrent versions before versioning is on is refused.
    { parent, dependsOn: [versioning] },
  );
  if (spec.events) {
    new aws.s3.BucketNotification(`${prefix}-events`, { ...where, eventbridge: true }, { parent });
  }
  if (accessLogBucket !== undefined) {
    new aws.s3.BucketLogging(
      `${prefix}-access-log`,
      { ...where, targetBucket: accessLogBucket, targetPrefix: `s3/${role}/` },
      { parent },
    );
  }
  return { bucket, versioning };
}
