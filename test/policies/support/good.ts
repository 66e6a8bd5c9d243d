/** A small stack that keeps every rule: the passing case of each, and what failing cases change. */
import { arn, doc, host, id, joined, nameOf, url, type Given } from "./given";

const ACCOUNT = "000000000000";
const TAGS = { Project: "vod", Stack: "dev", ManagedBy: "pulumi" };

const r = (type: string, name: string, inputs: Given["inputs"]): Given => ({ type: `aws:${type}`, name, inputs });
const tagged = (type: string, name: string, inputs: Given["inputs"]): Given => r(type, name, { ...inputs, tags: TAGS });

const allow = (Sid: string, rest: Record<string, unknown>) => ({ Sid, Effect: "Allow", ...rest });
const policy = (...Statement: unknown[]) => doc({ Version: "2012-10-17", Statement });
const mine = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
const plainText = (Action: string) => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: [Action],
  Resource: ["*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const trust = (Service: string, Condition?: unknown) =>
  policy(allow("Assume", { Principal: { Service }, Action: ["sts:AssumeRole"], ...(Condition ? { Condition } : {}) }));

const service = (Sid: string, Service: string, Condition: unknown = mine) =>
  allow(Sid, { Principal: { Service }, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: ["*"], Condition });

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

function bucket(name: string, { key, region, statements = [], rules = [] }: BucketGiven): Given[] {
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
  r("s3/bucketLogging:BucketLogging", "media-access-log", {
    bucket: nameOf("media"),
    targetBucket: nameOf("logs"),
    targetPrefix: "s3/media/",
  }),
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

const role = (name: string, trusted: unknown, ...statements: unknown[]): Given[] => [
  tagged("iam/role:Role", name, { assumeRolePolicy: trusted }),
  r("iam/rolePolicy:RolePolicy", `${name}-grants`, { role: id(name), policy: policy(...statements) }),
];

const ROLES: Given[] = [
  ...role(
    "job-role",
    trust("mediaconvert.amazonaws.com", mine),
    allow("Read", { Action: ["s3:GetObject"], Resource: [joined(arn("ingest"), "/*")] }),
    allow("Write", { Action: ["s3:PutObject"], Resource: [joined(arn("media"), "/media/*")] }),
    allow("Key", { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: [arn("media-key")] }),
  ),
  ...role(
    "function-role",
    trust("lambda.amazonaws.com"),
    allow("Traces", { Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: ["*"] }),
    allow("Jobs", { Action: ["mediaconvert:GetJob"], Resource: [`arn:aws:mediaconvert:us-east-1:${ACCOUNT}:jobs/*`] }),
    allow("Log", { Action: ["logs:PutLogEvents"], Resource: [joined(arn("ingest-log"), ":*")] }),
    allow("Pass", {
      Action: ["iam:PassRole"],
      Resource: [arn("job-role")],
      Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } },
    }),
  ),
  ...role(
    "replication-role",
    trust("s3.amazonaws.com"),
    allow("Copy", { Action: ["s3:ReplicateObject"], Resource: [joined(arn("replica"), "/*")] }),
  ),
  ...role(
    "execution-role",
    trust("ecs-tasks.amazonaws.com", mine),
    allow("Registry", { Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] }),
  ),
  ...role(
    "task-role",
    trust("ecs-tasks.amazonaws.com", mine),
    allow("Sign", { Action: ["kms:Sign"], Resource: [arn("signing-key")] }),
  ),
];

const sqs = (name: string, inputs: Given["inputs"], ...statements: unknown[]): Given[] => [
  tagged("sqs/queue:Queue", name, { kmsMasterKeyId: arn("data-key"), messageRetentionSeconds: 1_209_600, ...inputs }),
  r("sqs/queuePolicy:QueuePolicy", `${name}-policy`, {
    queueUrl: url(name),
    policy: policy(plainText("sqs:*"), ...statements),
  }),
];
const fromRule = (queue: string) =>
  allow("Rule", {
    Principal: { Service: "events.amazonaws.com" },
    Action: ["sqs:SendMessage"],
    Resource: [arn(queue)],
    Condition: { ArnEquals: { "aws:SourceArn": arn("jobs-rule") } },
  });
const alarm = (name: string, queue: string): Given =>
  tagged("cloudwatch/metricAlarm:MetricAlarm", name, {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: nameOf(queue) },
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    alarmActions: [arn("critical")],
  });

const MESSAGES: Given[] = [
  ...sqs(
    "work",
    {
      visibilityTimeoutSeconds: 1080,
      redrivePolicy: doc({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 5 }),
    },
    fromRule("work"),
  ),
  ...sqs("dead", {}),
  ...sqs("undelivered", {}, fromRule("undelivered")),
  r("sqs/redriveAllowPolicy:RedriveAllowPolicy", "dead-allow", {
    queueUrl: url("dead"),
    redriveAllowPolicy: doc({ redrivePermission: "byQueue", sourceQueueArns: [arn("work")] }),
  }),
  alarm("dead-alarm", "dead"),
  alarm("undelivered-alarm", "undelivered"),
  tagged("sns/topic:Topic", "critical", { kmsMasterKeyId: arn("data-key") }),
  r("sns/topicPolicy:TopicPolicy", "critical-policy", {
    arn: arn("critical"),
    policy: policy(
      plainText("sns:Publish"),
      allow("Alarms", {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["sns:Publish"],
        Resource: [arn("critical")],
        Condition: mine,
      }),
    ),
  }),
  tagged("cloudwatch/eventBus:EventBus", "bus", {
    kmsKeyIdentifier: arn("data-key"),
    deadLetterConfig: { arn: arn("undelivered") },
  }),
  r("cloudwatch/eventBusPolicy:EventBusPolicy", "bus-policy", {
    eventBusName: nameOf("bus"),
    policy: policy(
      allow("Pipeline", {
        Principal: { AWS: [arn("function-role")] },
        Action: ["events:PutEvents"],
        Resource: [arn("bus")],
      }),
    ),
  }),
  tagged("cloudwatch/eventRule:EventRule", "jobs-rule", {
    eventPattern: doc({
      source: ["aws.mediaconvert"],
      detail: { queue: [arn("jobs")], status: ["PROGRESSING", "COMPLETE", "ERROR"] },
    }),
  }),
  tagged("cloudwatch/eventRule:EventRule", "ingest-rule", {
    eventPattern: doc({ source: ["aws.s3"], detail: { bucket: { name: [nameOf("ingest")] } } }),
  }),
  r("cloudwatch/eventTarget:EventTarget", "jobs-target", {
    rule: nameOf("jobs-rule"),
    arn: arn("work"),
    deadLetterConfig: { arn: arn("undelivered") },
  }),
  r("scheduler/schedule:Schedule", "reconcile-schedule", {
    scheduleExpression: "rate(5 minutes)",
    kmsKeyArn: arn("data-key"),
    target: {
      arn: arn("ingest-function"),
      roleArn: arn("function-role"),
      input: "{}",
      deadLetterConfig: { arn: arn("undelivered") },
    },
  }),
];

const COMPUTE: Given[] = [
  tagged("cloudwatch/logGroup:LogGroup", "ingest-log", {
    name: "/vod/dev/ingest",
    retentionInDays: 30,
    kmsKeyId: arn("data-key"),
  }),
  r("lambda/function:Function", "ingest-function", {
    tags: { ...TAGS, tier: "simple" },
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memorySize: 512,
    timeout: 180,
    role: arn("function-role"),
    kmsKeyArn: arn("data-key"),
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: nameOf("ingest-log") },
    environment: { variables: { STACK: "dev", MEDIA_KEY_ARN: arn("media-key"), QUEUE_URL: url("work") } },
  }),
  tagged("lambda/eventSourceMapping:EventSourceMapping", "ingest-feed", {
    eventSourceArn: arn("work"),
    functionName: arn("ingest-function"),
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 5 },
  }),
  r("lambda/permission:Permission", "ingest-permission", {
    action: "lambda:InvokeFunction",
    function: nameOf("ingest-function"),
    principal: "events.amazonaws.com",
    sourceArn: arn("jobs-rule"),
  }),
  r("lambda/functionUrl:FunctionUrl", "ingest-url", {
    functionName: nameOf("ingest-function"),
    authorizationType: "AWS_IAM",
  }),
  tagged("dynamodb/table:Table", "ledger", {
    billingMode: "PAY_PER_REQUEST",
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true, kmsKeyArn: arn("data-key") },
    deletionProtectionEnabled: true,
  }),
  tagged("mediaconvert/queue:Queue", "jobs", { pricingPlan: "ON_DEMAND" }),
  tagged("cloudformation/stack:Stack", "template", { templateBody: doc(template()) }),
  tagged("ecs/cluster:Cluster", "cluster", { settings: [{ name: "containerInsights", value: "enhanced" }] }),
  r("ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity", {
    clusterName: nameOf("cluster"),
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
  }),
  tagged("ecs/taskDefinition:TaskDefinition", "api-task", {
    cpu: "512",
    memory: "1024",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: arn("execution-role"),
    taskRoleArn: arn("task-role"),
    containerDefinitions: doc([container()]),
  }),
];

function container() {
  return {
    name: "api",
    image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/vod-api@sha256:${"a".repeat(64)}`,
    portMappings: [{ containerPort: 8080, hostPort: 8080 }],
    readonlyRootFilesystem: true,
    user: "1000",
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    environment: [
      { name: "STACK", value: "dev" },
      { name: "SIGNING_KEY_ID", value: id("signing-key") },
    ],
    logConfiguration: {
      logDriver: "awslogs",
      options: { mode: "non-blocking", "awslogs-group": nameOf("ingest-log") },
    },
  };
}

function template() {
  const destination = {
    S3Settings: { Encryption: { EncryptionType: "SERVER_SIDE_ENCRYPTION_KMS", KmsKeyArn: arn("media-key") } },
  };
  const rendition = (Height: number) => ({
    VideoDescription: { Height, CodecSettings: { Codec: "H_264", H264Settings: { RateControlMode: "QVBR" } } },
  });
  const cmaf = {
    OutputGroupSettings: {
      Type: "CMAF_GROUP_SETTINGS",
      CmafGroupSettings: {
        WriteHlsManifest: "ENABLED",
        WriteDashManifest: "ENABLED",
        DestinationSettings: destination,
      },
    },
    Outputs: [...[1080, 720, 480, 360].map(rendition), { AudioDescriptions: [{}] }],
  };
  const captures = {
    OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { DestinationSettings: destination } },
    Outputs: [{ VideoDescription: { CodecSettings: { Codec: "FRAME_CAPTURE" } } }],
  };
  const job = {
    Type: "AWS::MediaConvert::JobTemplate",
    Properties: { SettingsJson: { OutputGroups: [cmaf, captures] } },
  };
  return { Resources: { Template: job } };
}

const behavior = (pathPattern: string, targetOriginId: string, signed = false) => ({
  ...(pathPattern !== "*" && { pathPattern }),
  targetOriginId,
  viewerProtocolPolicy: "redirect-to-https",
  compress: true,
  cachePolicyId: id("cache"),
  responseHeadersPolicyId: id("headers"),
  ...(signed && { trustedKeyGroups: [id("key-group")] }),
});
const origin = (originId: string, name: string) => ({
  originId,
  domainName: host(name),
  originAccessControlId: id("oac"),
});

const EDGE: Given[] = [
  r("cloudfront/originAccessControl:OriginAccessControl", "oac", {
    originAccessControlOriginType: "s3",
    signingBehavior: "always",
    signingProtocol: "sigv4",
  }),
  r("cloudfront/cachePolicy:CachePolicy", "cache", {
    maxTtl: 31_536_000,
    parametersInCacheKeyAndForwardedToOrigin: { enableAcceptEncodingGzip: true, enableAcceptEncodingBrotli: true },
  }),
  r("cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "headers", {
    securityHeadersConfig: {
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
      contentTypeOptions: { override: true },
    },
  }),
  r("cloudfront/publicKey:PublicKey", "public-key", { encodedKey: "-----BEGIN PUBLIC KEY-----" }),
  r("cloudfront/keyGroup:KeyGroup", "key-group", { items: [id("public-key")] }),
  tagged("cloudfront/distribution:Distribution", "cdn", {
    enabled: true,
    defaultRootObject: "index.html",
    aliases: ["video.example.com"],
    viewerCertificate: {
      acmCertificateArn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`,
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    },
    origins: [origin("media", "media"), origin("replica", "replica"), origin("web", "web")],
    originGroups: [{ originId: "media-group", members: [{ originId: "media" }, { originId: "replica" }] }],
    orderedCacheBehaviors: [
      behavior("/media/*.m3u8", "media-group", true),
      behavior("/media/*", "media-group", true),
      behavior("/posters/*", "media-group"),
    ],
    defaultCacheBehavior: behavior("*", "web"),
  }),
  tagged("cloudwatch/logDeliverySource:LogDeliverySource", "cdn-log-source", {
    region: "us-east-1",
    logType: "ACCESS_LOGS",
    resourceArn: arn("cdn"),
    name: "vod-dev-cdn",
  }),
  tagged("cloudwatch/logDeliveryDestination:LogDeliveryDestination", "cdn-log-destination", {
    region: "us-east-1",
    name: "vod-dev-cdn",
    deliveryDestinationConfiguration: { destinationResourceArn: arn("logs") },
  }),
  tagged("cloudwatch/logDelivery:LogDelivery", "cdn-log", {
    region: "us-east-1",
    deliverySourceName: nameOf("cdn-log-source"),
    deliveryDestinationArn: arn("cdn-log-destination"),
  }),
];

export const GOOD: readonly Given[] = [...KEYS, ...BUCKETS, ...ROLES, ...MESSAGES, ...COMPUTE, ...EDGE];
