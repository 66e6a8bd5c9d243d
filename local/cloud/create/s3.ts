/** Buckets and their settings, each a resource of its own. */
import * as s3 from "@aws-sdk/client-s3";
import { type Creator, creator, orWhenThere, type Tags, tagList } from "../creator.js";

interface OfBucket {
  bucket: string;
}

const bucket = creator<{ bucket: string; tags?: Tags }>(
  async ({ s3: client }, { bucket: Bucket, tags }, { region }) => {
    // us-east-1 is the one region that must not be named (S3 API, CreateBucket).
    const place =
      region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as s3.BucketLocationConstraint } };
    await orWhenThere(["BucketAlreadyOwnedByYou", "BucketAlreadyExists"], () =>
      client.send(new s3.CreateBucketCommand({ Bucket, ...place })),
    );
    await client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } }));
  },
);

/** A setting is one call. */
const setting = <Properties extends OfBucket>(
  put: (client: s3.S3Client, properties: Properties) => Promise<unknown>,
): Creator =>
  creator<Properties>(async (clients, properties) => {
    await put(clients.s3, properties);
  });

const versioning = setting<OfBucket & { versioningConfiguration: { status: s3.BucketVersioningStatus } }>(
  (client, inputs) => {
    const VersioningConfiguration = { Status: inputs.versioningConfiguration.status };
    return client.send(new s3.PutBucketVersioningCommand({ Bucket: inputs.bucket, VersioningConfiguration }));
  },
);

interface EncryptionRule {
  applyServerSideEncryptionByDefault: { sseAlgorithm: s3.ServerSideEncryption; kmsMasterKeyId?: string };
  bucketKeyEnabled?: boolean;
}

const encryption = setting<OfBucket & { rules: EncryptionRule[] }>((client, inputs) => {
  const Rules = inputs.rules.map(({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }) => ({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: by.sseAlgorithm, KMSMasterKeyID: by.kmsMasterKeyId },
    BucketKeyEnabled: bucketKeyEnabled ?? false,
  }));
  const ServerSideEncryptionConfiguration = { Rules };
  return client.send(new s3.PutBucketEncryptionCommand({ Bucket: inputs.bucket, ServerSideEncryptionConfiguration }));
});

type Blocks = Record<"blockPublicAcls" | "blockPublicPolicy" | "ignorePublicAcls" | "restrictPublicBuckets", boolean>;

const publicAccess = setting<OfBucket & Partial<Blocks>>((client, inputs) => {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: inputs.blockPublicAcls,
    BlockPublicPolicy: inputs.blockPublicPolicy,
    IgnorePublicAcls: inputs.ignorePublicAcls,
    RestrictPublicBuckets: inputs.restrictPublicBuckets,
  };
  return client.send(new s3.PutPublicAccessBlockCommand({ Bucket: inputs.bucket, PublicAccessBlockConfiguration }));
});

const ownership = setting<OfBucket & { rule: { objectOwnership: s3.ObjectOwnership } }>((client, inputs) => {
  const OwnershipControls = { Rules: [{ ObjectOwnership: inputs.rule.objectOwnership }] };
  return client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket: inputs.bucket, OwnershipControls }));
});

const notification = setting<OfBucket & { eventbridge?: boolean }>((client, inputs) => {
  const NotificationConfiguration = inputs.eventbridge ? { EventBridgeConfiguration: {} } : {};
  return client.send(
    new s3.PutBucketNotificationConfigurationCommand({ Bucket: inputs.bucket, NotificationConfiguration }),
  );
});

const logging = setting<OfBucket & { targetBucket: string; targetPrefix: string }>((client, inputs) => {
  const LoggingEnabled = { TargetBucket: inputs.targetBucket, TargetPrefix: inputs.targetPrefix };
  return client.send(
    new s3.PutBucketLoggingCommand({ Bucket: inputs.bucket, BucketLoggingStatus: { LoggingEnabled } }),
  );
});

const policy = setting<OfBucket & { policy: string }>((client, inputs) =>
  client.send(new s3.PutBucketPolicyCommand({ Bucket: inputs.bucket, Policy: inputs.policy })),
);

interface LifecycleRule {
  id: string;
  status: s3.ExpirationStatus;
  filter?: { prefix?: string; and?: { prefix?: string; objectSizeGreaterThan?: number } };
  transitions?: { days: number; storageClass: s3.TransitionStorageClass }[];
  expiration?: { days?: number; expiredObjectDeleteMarker?: boolean };
  noncurrentVersionExpiration?: { noncurrentDays: number };
  abortIncompleteMultipartUpload?: { daysAfterInitiation: number };
}

const lifecycleRule = (rule: LifecycleRule): s3.LifecycleRule => ({
  ID: rule.id,
  Status: rule.status,
  Filter: rule.filter?.and
    ? { And: { Prefix: rule.filter.and.prefix, ObjectSizeGreaterThan: rule.filter.and.objectSizeGreaterThan } }
    : { Prefix: rule.filter?.prefix ?? "" },
  Transitions: rule.transitions?.map(({ days, storageClass }) => ({ Days: days, StorageClass: storageClass })),
  Expiration: rule.expiration && {
    Days: rule.expiration.days,
    ExpiredObjectDeleteMarker: rule.expiration.expiredObjectDeleteMarker,
  },
  NoncurrentVersionExpiration: rule.noncurrentVersionExpiration && {
    NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays,
  },
  AbortIncompleteMultipartUpload: rule.abortIncompleteMultipartUpload && {
    DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
  },
});

const lifecycle = setting<OfBucket & { rules: LifecycleRule[] }>((client, inputs) => {
  const LifecycleConfiguration = { Rules: inputs.rules.map(lifecycleRule) };
  return client.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket: inputs.bucket, LifecycleConfiguration }));
});

interface ReplicationRule {
  id: string;
  status: s3.ReplicationRuleStatus;
  priority: number;
  filter: { prefix: string };
  deleteMarkerReplication: { status: s3.DeleteMarkerReplicationStatus };
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: s3.SseKmsEncryptedObjectsStatus } };
  destination: {
    bucket: string;
    storageClass: s3.StorageClass;
    encryptionConfiguration: { replicaKmsKeyId: string };
  };
}

const replicationRule = (rule: ReplicationRule): s3.ReplicationRule => ({
  ID: rule.id,
  Status: rule.status,
  Priority: rule.priority,
  Filter: { Prefix: rule.filter.prefix },
  DeleteMarkerReplication: { Status: rule.deleteMarkerReplication.status },
  SourceSelectionCriteria: {
    SseKmsEncryptedObjects: { Status: rule.sourceSelectionCriteria.sseKmsEncryptedObjects.status },
  },
  Destination: {
    Bucket: rule.destination.bucket,
    StorageClass: rule.destination.storageClass,
    EncryptionConfiguration: { ReplicaKmsKeyID: rule.destination.encryptionConfiguration.replicaKmsKeyId },
  },
});

const replication = setting<OfBucket & { role: string; rules: ReplicationRule[] }>((client, inputs) => {
  const ReplicationConfiguration = { Role: inputs.role, Rules: inputs.rules.map(replicationRule) };
  return client.send(new s3.PutBucketReplicationCommand({ Bucket: inputs.bucket, ReplicationConfiguration }));
});

export const S3_CREATORS: Record<string, Creator> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketVersioning:BucketVersioning": versioning,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccess,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownership,
  "aws:s3/bucketNotification:BucketNotification": notification,
  "aws:s3/bucketLogging:BucketLogging": logging,
  "aws:s3/bucketPolicy:BucketPolicy": policy,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replication,
};
