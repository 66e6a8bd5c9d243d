/** Keys and buckets of the good stack. */
import { arn, id, joined, nameOf, type Given } from "./given";
import { ACCOUNT, allow, plainText, policy, r, service, tagged } from "./parts";

const KEYS: Given[] = [
  tagged("kms/key:Key", "media-key", { enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30 }),
  r("kms/keyPolicy:KeyPolicy", "media-key-policy", {
    keyId: id("media-key"),
    policy: policy(
      allow("Account", {
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: ["kms:*"],
        Resource: ["*"],
      }),
      service("Cdn", "cloudfront.amazonaws.com", { StringEquals: { "AWS:SourceArn": arn("cdn") } }),
    ),
  }),
  r("kms/alias:Alias", "media-alias", { name: "alias/vod-dev-media", targetKeyId: id("media-key") }),
  tagged("kms/key:Key", "data-key", {
    enableKeyRotation: true,
    policy: policy(
      service("Logs", "logs.us-east-1.amazonaws.com", {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/vod/dev/*` },
      }),
      service("Events", "events.amazonaws.com"),
      service("Alarms", "cloudwatch.amazonaws.com"),
      service("DatabaseEvents", "events.rds.amazonaws.com"),
    ),
  }),
  r("kms/alias:Alias", "data-alias", { name: "alias/vod-dev-data", targetKeyId: id("data-key") }),
  tagged("kms/key:Key", "signing-key", { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "RSA_2048" }),
  r("kms/alias:Alias", "signing-alias", { name: "alias/vod-dev-signing", targetKeyId: id("signing-key") }),
  tagged("kms/key:Key", "replica-key", {
    enableKeyRotation: true,
    region: "us-west-2",
    policy: policy(service("Cdn", "cloudfront.amazonaws.com", { StringEquals: { "AWS:SourceArn": arn("cdn") } })),
  }),
  r("kms/alias:Alias", "replica-alias", { targetKeyId: id("replica-key"), region: "us-west-2" }),
];

interface BucketGiven {
  key?: string;
  region?: string;
  statements?: unknown[];
  rules?: unknown[];
}

export function bucket(name: string, { key, region, statements = [], rules = [] }: BucketGiven): Given[] {
  const where = { bucket: nameOf(name), ...(region && { region }) };
  const standard = key ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: arn(key) } : { sseAlgorithm: "AES256" };
  const housekeeping = {
    id: "housekeeping",
    status: "Enabled",
    filter: { prefix: "" },
    noncurrentVersionExpiration: { noncurrentDays: 30 },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  return [
    tagged("s3/bucket:Bucket", name, region ? { region } : {}),
    r("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `${name}-block`, {
      ...where,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    r("s3/bucketOwnershipControls:BucketOwnershipControls", `${name}-ownership`, {
      ...where,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    }),
    r("s3/bucketVersioning:BucketVersioning", `${name}-versioning`, {
      ...where,
      versioningConfiguration: { status: "Enabled" },
    }),
    r("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", `${name}-encryption`, {
      ...where,
      rules: [{ applyServerSideEncryptionByDefault: standard, bucketKeyEnabled: true }],
    }),
    r("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", `${name}-lifecycle`, {
      ...where,
      rules: [housekeeping, ...rules],
    }),
    r("s3/bucketPolicy:BucketPolicy", `${name}-policy`, {
      ...where,
      policy: policy(plainText("s3:*"), ...statements),
    }),
  ];
}

const transitions = (...steps: [number, string][]) => steps.map(([days, storageClass]) => ({ days, storageClass }));
const chain = (name: string, prefix: string, ...steps: [number, string][]) => ({
  id: name,
  status: "Enabled",
  filter: { and: { prefix, objectSizeGreaterThan: 131_072 } },
  transitions: transitions(...steps),
});
const cdnMayRead = (name: string) =>
  allow("Cdn", {
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: ["s3:GetObject"],
    Resource: [joined(arn(name), "/*")],
    Condition: { StringEquals: { "AWS:SourceArn": arn("cdn") } },
  });

const BUCKETS: Given[] = [
  ...bucket("logs", {}),
  ...bucket("ingest", {
    key: "media-key",
    rules: [
      {
        id: "masters",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: transitions([0, "INTELLIGENT_TIERING"], [90, "GLACIER"], [365, "DEEP_ARCHIVE"]),
      },
    ],
  }),
  ...bucket("media", {
    key: "media-key",
    statements: [cdnMayRead("media")],
    rules: [
      chain("renditions", "media/", [30, "STANDARD_IA"], [90, "GLACIER_IR"]),
      chain("history", "job-history/", [30, "STANDARD_IA"], [60, "GLACIER"]),
      { id: "captures", status: "Enabled", filter: { prefix: "captures/" }, expiration: { days: 30 } },
    ],
  }),
  ...bucket("web", { key: "media-key", statements: [cdnMayRead("web")] }),
  ...bucket("replica", { key: "replica-key", region: "us-west-2" }),
  r("s3/bucketNotification:BucketNotification", "ingest-events", { bucket: nameOf("ingest"), eventbridge: true }),
  ...["ingest", "media", "web"].map((name) =>
    r("s3/bucketLogging:BucketLogging", `${name}-access-log`, {
      bucket: nameOf(name),
      targetBucket: nameOf("logs"),
      targetPrefix: `s3/${name}/`,
    }),
  ),
  r("s3/bucketReplicationConfig:BucketReplicationConfig", "media-replication", {
    bucket: nameOf("media"),
    role: arn("replication-role"),
    rules: [
      {
        id: "media",
        status: "Enabled",
        filter: { prefix: "media/" },
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: arn("replica"),
          storageClass: "STANDARD_IA",
          encryptionConfiguration: { replicaKmsKeyId: arn("replica-key") },
        },
      },
    ],
  }),
];

export const STORAGE: readonly Given[] = [...KEYS, ...BUCKETS];
