import { strict as assert } from "node:assert";
import { VodStorage, type VodStorageArgs } from "../../components";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, json, record, type Recorded, type Recording } from "../support/recorder";

const BUCKETS = ["access-logs", "ingest", "ingest-replica", "media", "media-replica", "web"];
const REPLICAS = ["ingest-replica", "media-replica"];
const physical = (role: string): string => `s-${role}-1a2b3c4`;
const build = (change = {}, more: Partial<VodStorageArgs> = {}): Promise<Recording> =>
  record(
    () =>
      new VodStorage("s", {
        platform: platform(change),
        recoveryRegion: "us-west-2",
        mediaKeyArn: KEY("media"),
        mediaReplicaKeyArn: KEY("media-replica"),
        ...more,
      }),
  );

describe("VodStorage", () => {
  let storage: Recording;
  const setting = (kind: string, role: string, suffix: string): Recorded =>
    storage.one(`aws:s3/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`, `s-${role}-${suffix}`);
  before(async () => {
    storage = await build();
  });

  it("makes six buckets without inline settings", () => {
    assert.deepEqual(
      storage
        .all("aws:s3/bucket:Bucket")
        .map(({ name }) => name)
        .sort(),
      BUCKETS.map((role) => `s-${role}`),
    );
    assert.deepEqual(storage.one("aws:s3/bucket:Bucket", "s-ingest").inputs, {
      forceDestroy: false,
      tags: { Project: "vod", Name: "s-ingest" },
    });
  });

  for (const role of BUCKETS) {
    it(`closes ${role}: private, owner enforced, versioned`, () => {
      const where = { bucket: physical(role), ...(REPLICAS.includes(role) && { region: "us-west-2" }) };
      assert.deepEqual(setting("BucketPublicAccessBlock", role, "public-access").inputs, {
        ...where,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const ownership = { ...where, rule: { objectOwnership: "BucketOwnerEnforced" } };
      assert.deepEqual(setting("BucketOwnershipControls", role, "ownership").inputs, ownership);
      const versioning = { ...where, versioningConfiguration: { status: "Enabled" } };
      assert.deepEqual(setting("BucketVersioning", role, "versioning").inputs, versioning);
    });

    it(`encrypts ${role}`, () => {
      const { rules } = setting("BucketServerSideEncryptionConfiguration", role, "encryption").inputs;
      const kmsMasterKeyId = KEY(REPLICAS.includes(role) ? "media-replica" : "media");
      const byKms = {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId },
        bucketKeyEnabled: true,
      };
      const byS3 = { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
      assert.deepEqual(rules, [role === "access-logs" ? byS3 : byKms]);
    });

    it(`ends uploads and old versions in ${role}`, () => {
      const { rules } = setting("BucketLifecycleConfiguration", role, "lifecycle").inputs;
      const [first] = rules;
      assert.deepEqual(first.abortIncompleteMultipartUpload, { daysAfterInitiation: 7 });
      assert.ok(first.noncurrentVersionExpiration.noncurrentDays > 0);
      assert.deepEqual(first.filter, { prefix: "" });
    });
  }

  it("moves masters through Intelligent-Tiering to the archives", () => {
    const { rules } = setting("BucketLifecycleConfiguration", "ingest", "lifecycle").inputs;
    assert.deepEqual(rules[1], {
      id: "masters",
      status: "Enabled",
      filter: { prefix: "" },
      transitions: [
        { days: 0, storageClass: "INTELLIGENT_TIERING" },
        { days: 90, storageClass: "GLACIER" },
        { days: 365, storageClass: "DEEP_ARCHIVE" },
      ],
    });
  });

  it("keeps renditions where they play, and moves only what pays", () => {
    for (const role of ["media", "media-replica"]) {
      const { rules } = setting("BucketLifecycleConfiguration", role, "lifecycle").inputs;
      const moves = rules.filter((rule: { transitions?: unknown }) => rule.transitions);
      assert.deepEqual(moves[0].filter, { and: { prefix: "media/", objectSizeGreaterThan: 131072 } });
      assert.equal(moves[0].transitions.at(-1).storageClass, "GLACIER_IR");
      assert.ok(!JSON.stringify(rules).match(/"GLACIER"|DEEP_ARCHIVE/), role);
    }
    const { rules } = setting("BucketLifecycleConfiguration", "media", "lifecycle").inputs;
    assert.deepEqual(rules[1].transitions, [
      { days: 30, storageClass: "STANDARD_IA" },
      { days: 90, storageClass: "GLACIER_IR" },
    ]);
    assert.deepEqual(rules[2], {
      id: "captures",
      status: "Enabled",
      filter: { prefix: "captures/" },
      expiration: { days: 30 },
    });
  });

  it("keeps access logs as long as the other logs", async () => {
    const { rules } = setting("BucketLifecycleConfiguration", "access-logs", "lifecycle").inputs;
    assert.deepEqual(rules[0].expiration, { days: 14 });
  });

  it("sends the events of ingest and media to EventBridge, and no others", () => {
    const events = storage.all("aws:s3/bucketNotification:BucketNotification");
    assert.deepEqual(
      events.map(({ inputs }) => inputs),
      ["ingest", "media"].map((role) => ({ bucket: physical(role), eventbridge: true })),
    );
  });

  it("logs accesses to the three buckets of its region", () => {
    const logging = storage.all("aws:s3/bucketLogging:BucketLogging").map(({ inputs }) => inputs);
    assert.deepEqual(
      logging,
      ["ingest", "media", "web"].map((role) => ({
        bucket: physical(role),
        targetBucket: physical("access-logs"),
        targetPrefix: `s3/${role}/`,
      })),
    );
  });

  it("writes the policies of all buckets but those that name the distribution", () => {
    const policies = storage.all("aws:s3/bucketPolicy:BucketPolicy");
    assert.deepEqual(
      policies.map(({ name }) => name).sort(),
      ["access-logs", "ingest", "ingest-replica"].map((role) => `s-${role}-policy`),
    );
    for (const { inputs } of policies) {
      const [first] = json(inputs.policy).Statement;
      assert.equal(first.Sid, "DenyPlainText");
      assert.deepEqual(first.Resource, [`arn:aws:s3:::${inputs.bucket}`, `arn:aws:s3:::${inputs.bucket}/*`]);
    }
  });

  it("writes the other policies too where no distribution does", async () => {
    const alone = await build({}, { withoutEdge: true });
    const policies = alone.all("aws:s3/bucketPolicy:BucketPolicy");
    assert.deepEqual(
      policies.map(({ name }) => name).sort(),
      BUCKETS.map((role) => `s-${role}-policy`),
    );
    const web = json(alone.one("aws:s3/bucketPolicy:BucketPolicy", "s-web-policy").inputs.policy);
    assert.deepEqual(
      web.Statement.map(({ Effect }: { Effect: string }) => Effect),
      ["Deny"],
    );
    assert.equal(alone.one("aws:s3/bucketPolicy:BucketPolicy", "s-media-replica-policy").inputs.region, "us-west-2");
  });

  it("lets only log deliveries of this account write access logs", () => {
    const policy = json(storage.one("aws:s3/bucketPolicy:BucketPolicy", "s-access-logs-policy").inputs.policy);
    const logs = `arn:aws:s3:::${physical("access-logs")}`;
    assert.deepEqual(policy.Statement.slice(1), [
      {
        Sid: "ServerAccessLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: [`${logs}/s3/*`],
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
      {
        Sid: "CloudFrontLogs",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: [`${logs}/AWSLogs/*`],
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: { "aws:SourceArn": `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:*` },
        },
      },
      {
        Sid: "FlowLogs",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: [`${logs}/AWSLogs/*`],
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: { "aws:SourceArn": `arn:aws:logs:us-east-1:${ACCOUNT}:*` },
        },
      },
      {
        Sid: "FlowLogsFindBucket",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["s3:GetBucketAcl", "s3:ListBucket"],
        Resource: [logs],
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": `arn:aws:logs:us-east-1:${ACCOUNT}:*` },
        },
      },
      {
        Sid: "BalancerLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: ["access", "connections"].map((kind) => `${logs}/alb/${kind}/AWSLogs/${ACCOUNT}/*`),
      },
    ]);
  });

  it("copies masters whole and renditions without captures, encrypted, with their deletions", () => {
    const rulesOf = (role: string) =>
      storage.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", `s-${role}-replication`).inputs.rules;
    assert.deepEqual(rulesOf("ingest"), [
      {
        id: "all",
        status: "Enabled",
        priority: 1,
        filter: { prefix: "" },
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: `arn:aws:s3:::${physical("ingest-replica")}`,
          storageClass: "GLACIER",
          encryptionConfiguration: { replicaKmsKeyId: KEY("media-replica") },
        },
      },
    ]);
    const media = rulesOf("media").map((rule: { filter: { prefix: string }; priority: number }) => [
      rule.filter.prefix,
      rule.priority,
    ]);
    assert.deepEqual(media, [
      ["media/", 1],
      ["posters/", 2],
      ["job-history/", 3],
    ]);
  });

  it("sets up replication after versioning and grants", () => {
    const { options } = storage.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "s-ingest-replication");
    for (const name of ["s-ingest-versioning", "s-ingest-replica-versioning", "s-replication-grants"]) {
      assert.ok(
        options.dependsOn?.some((urn) => urn.endsWith(`::${name}`)),
        name,
      );
    }
  });

  it("lets the replication role read the sources and write the copies, nothing else", () => {
    const role = storage.one("aws:iam/rolePolicy:RolePolicy", "s-replication-grants");
    const statements: { Sid: string; Action: string[]; Resource: string[] }[] = json(role.inputs.policy).Statement;
    const of = (roles: string[], end = ""): string[] => roles.map((each) => `arn:aws:s3:::${physical(each)}${end}`);
    assert.deepEqual(
      statements.map(({ Sid, Resource }) => [Sid, Resource]),
      [
        ["ReadConfiguration", of(["ingest", "media"])],
        ["ReadVersions", of(["ingest", "media"], "/*")],
        ["WriteReplicas", of(REPLICAS, "/*")],
        ["DecryptSource", [KEY("media")]],
        ["EncryptReplica", [KEY("media-replica")]],
      ],
    );
  });

  it("can be emptied and deleted only when told so", async () => {
    const open = await build({ protect: false });
    const options = (recording: Recording): unknown[] =>
      recording
        .all("aws:s3/bucket:Bucket")
        .map(({ options, inputs }) => [options.protect, options.retainOnDelete, inputs.forceDestroy]);
    assert.deepEqual(
      options(storage),
      BUCKETS.map(() => [true, true, false]),
    );
    assert.deepEqual(
      options(open),
      BUCKETS.map(() => [undefined, undefined, true]),
    );
  });
});
