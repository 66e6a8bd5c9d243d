/** Type tokens by concept. A concept lists every spelling under which the provider offers it, so that an old alias does not slip through. */
const both = (module: string, file: string, name: string): readonly string[] => [
  `aws:${module}/${file}:${name}`,
  `aws:${module}/${file}V2:${name}V2`,
];
const one = (module: string, file: string, name: string): readonly string[] => [`aws:${module}/${file}:${name}`];

export const S3 = {
  bucket: both("s3", "bucket", "Bucket"),
  publicAccessBlock: one("s3", "bucketPublicAccessBlock", "BucketPublicAccessBlock"),
  ownership: one("s3", "bucketOwnershipControls", "BucketOwnershipControls"),
  versioning: both("s3", "bucketVersioning", "BucketVersioning"),
  encryption: both("s3", "bucketServerSideEncryptionConfiguration", "BucketServerSideEncryptionConfiguration"),
  lifecycle: both("s3", "bucketLifecycleConfiguration", "BucketLifecycleConfiguration"),
  policy: one("s3", "bucketPolicy", "BucketPolicy"),
  notification: one("s3", "bucketNotification", "BucketNotification"),
  replication: one("s3", "bucketReplicationConfig", "BucketReplicationConfig"),
  logging: both("s3", "bucketLogging", "BucketLogging"),
  cors: both("s3", "bucketCorsConfiguration", "BucketCorsConfiguration"),
  acl: both("s3", "bucketAcl", "BucketAcl"),
} as const;

export const KMS = {
  key: one("kms", "key", "Key"),
  keyPolicy: one("kms", "keyPolicy", "KeyPolicy"),
  alias: one("kms", "alias", "Alias"),
} as const;

export const SQS = {
  queue: one("sqs", "queue", "Queue"),
  policy: one("sqs", "queuePolicy", "QueuePolicy"),
  redrive: one("sqs", "redrivePolicy", "RedrivePolicy"),
  redriveAllow: one("sqs", "redriveAllowPolicy", "RedriveAllowPolicy"),
} as const;

export const SNS = {
  topic: one("sns", "topic", "Topic"),
  policy: one("sns", "topicPolicy", "TopicPolicy"),
} as const;

export const DYNAMODB = { table: one("dynamodb", "table", "Table") } as const;

export const LAMBDA = {
  function: one("lambda", "function", "Function"),
  eventSource: one("lambda", "eventSourceMapping", "EventSourceMapping"),
  permission: one("lambda", "permission", "Permission"),
  url: one("lambda", "functionUrl", "FunctionUrl"),
} as const;

export const EVENTS = {
  bus: one("cloudwatch", "eventBus", "EventBus"),
  busPolicy: one("cloudwatch", "eventBusPolicy", "EventBusPolicy"),
  rule: one("cloudwatch", "eventRule", "EventRule"),
  target: one("cloudwatch", "eventTarget", "EventTarget"),
  schedule: one("scheduler", "schedule", "Schedule"),
} as const;

export const WATCH = {
  alarm: one("cloudwatch", "metricAlarm", "MetricAlarm"),
  compositeAlarm: one("cloudwatch", "compositeAlarm", "CompositeAlarm"),
  logGroup: one("cloudwatch", "logGroup", "LogGroup"),
  deliverySource: one("cloudwatch", "logDeliverySource", "LogDeliverySource"),
  deliveryDestination: one("cloudwatch", "logDeliveryDestination", "LogDeliveryDestination"),
  delivery: one("cloudwatch", "logDelivery", "LogDelivery"),
} as const;

export const IAM = {
  role: one("iam", "role", "Role"),
  rolePolicy: one("iam", "rolePolicy", "RolePolicy"),
  policy: one("iam", "policy", "Policy"),
  attachment: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment"],
  people: [
    "aws:iam/user:User",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/accessKey:AccessKey",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/sshKey:SshKey",
    "aws:iam/group:Group",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/groupMembership:GroupMembership",
  ],
} as const;

export const MEDIACONVERT = { queue: one("mediaconvert", "queue", "Queue") } as const;
export const CLOUDFORMATION = { stack: one("cloudformation", "stack", "Stack") } as const;

export const CLOUDFRONT = {
  distribution: one("cloudfront", "distribution", "Distribution"),
  accessControl: one("cloudfront", "originAccessControl", "OriginAccessControl"),
  accessIdentity: one("cloudfront", "originAccessIdentity", "OriginAccessIdentity"),
  cachePolicy: one("cloudfront", "cachePolicy", "CachePolicy"),
  headersPolicy: one("cloudfront", "responseHeadersPolicy", "ResponseHeadersPolicy"),
  publicKey: one("cloudfront", "publicKey", "PublicKey"),
  keyGroup: one("cloudfront", "keyGroup", "KeyGroup"),
  vpcOrigin: one("cloudfront", "vpcOrigin", "VpcOrigin"),
} as const;

/** Both modules under which the provider offers application load balancers. */
const balancing = (file: string, name: string): readonly string[] =>
  ["lb", "alb"].map((module) => `aws:${module}/${file}:${name}`);

export const ELB = {
  balancer: balancing("loadBalancer", "LoadBalancer"),
  listener: balancing("listener", "Listener"),
  rule: balancing("listenerRule", "ListenerRule"),
  targetGroup: balancing("targetGroup", "TargetGroup"),
} as const;

export const COGNITO = {
  pool: one("cognito", "userPool", "UserPool"),
  client: one("cognito", "userPoolClient", "UserPoolClient"),
  risk: one("cognito", "riskConfiguration", "RiskConfiguration"),
} as const;

export const SECRETS = {
  secret: one("secretsmanager", "secret", "Secret"),
  version: one("secretsmanager", "secretVersion", "SecretVersion"),
  policy: one("secretsmanager", "secretPolicy", "SecretPolicy"),
  rotation: one("secretsmanager", "secretRotation", "SecretRotation"),
} as const;

/** Both modules under which the provider offers search domains. */
const searching = (file: string, name: string): readonly string[] =>
  ["opensearch", "elasticsearch"].map((module) => `aws:${module}/${file}:${name}`);

export const OPENSEARCH = {
  domain: searching("domain", "Domain"),
  policy: searching("domainPolicy", "DomainPolicy"),
} as const;

export const ECR = {
  repository: one("ecr", "repository", "Repository"),
  lifecycle: one("ecr", "lifecyclePolicy", "LifecyclePolicy"),
} as const;

export const SCALING = {
  target: one("appautoscaling", "target", "Target"),
  policy: one("appautoscaling", "policy", "Policy"),
  scheduledAction: one("appautoscaling", "scheduledAction", "ScheduledAction"),
} as const;

export const ECS = {
  cluster: one("ecs", "cluster", "Cluster"),
  capacity: one("ecs", "clusterCapacityProviders", "ClusterCapacityProviders"),
  task: one("ecs", "taskDefinition", "TaskDefinition"),
  service: one("ecs", "service", "Service"),
} as const;

export const RDS = {
  cluster: one("rds", "cluster", "Cluster"),
  clusterInstance: one("rds", "clusterInstance", "ClusterInstance"),
  clusterParameters: one("rds", "clusterParameterGroup", "ClusterParameterGroup"),
  instance: one("rds", "instance", "Instance"),
  eventSubscription: one("rds", "eventSubscription", "EventSubscription"),
} as const;

export const BACKUP = {
  plan: one("backup", "plan", "Plan"),
  selection: one("backup", "selection", "Selection"),
  vault: one("backup", "vault", "Vault"),
} as const;

export const ELASTICACHE = {
  group: one("elasticache", "replicationGroup", "ReplicationGroup"),
  parameters: one("elasticache", "parameterGroup", "ParameterGroup"),
  user: one("elasticache", "user", "User"),
  userGroup: one("elasticache", "userGroup", "UserGroup"),
} as const;

export const EDGE = {
  webAcl: one("wafv2", "webAcl", "WebAcl"),
  association: one("wafv2", "webAclAssociation", "WebAclAssociation"),
  logging: one("wafv2", "webAclLoggingConfiguration", "WebAclLoggingConfiguration"),
} as const;

type Ec2Concept =
  | "vpc"
  | "subnet"
  | "acl"
  | "aclRule"
  | "aclUse"
  | "flowLog"
  | "queryLogUse"
  | "endpoint"
  | "endpointPolicy"
  | "group"
  | "defaultGroup"
  | "ingressRule"
  | "oldRule"
  | "nat"
  | "route"
  | "routeTable"
  | "tableUse"
  | "dataPlaces"
  | "databases"
  | "caches";

export const EC2: Readonly<Record<Ec2Concept, readonly string[]>> = {
  vpc: one("ec2", "vpc", "Vpc"),
  subnet: one("ec2", "subnet", "Subnet"),
  acl: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"],
  aclRule: one("ec2", "networkAclRule", "NetworkAclRule"),
  flowLog: one("ec2", "flowLog", "FlowLog"),
  queryLogUse: one("route53", "resolverQueryLogConfigAssociation", "ResolverQueryLogConfigAssociation"),
  aclUse: one("ec2", "networkAclAssociation", "NetworkAclAssociation"),
  endpoint: one("ec2", "vpcEndpoint", "VpcEndpoint"),
  endpointPolicy: one("ec2", "vpcEndpointPolicy", "VpcEndpointPolicy"),
  /** Groups whose rules stand inside them. */
  group: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
  defaultGroup: one("ec2", "defaultSecurityGroup", "DefaultSecurityGroup"),
  ingressRule: one("vpc", "securityGroupIngressRule", "SecurityGroupIngressRule"),
  /** The older form, of either direction. */
  oldRule: one("ec2", "securityGroupRule", "SecurityGroupRule"),
  nat: one("ec2", "natGateway", "NatGateway"),
  route: one("ec2", "route", "Route"),
  routeTable: one("ec2", "routeTable", "RouteTable"),
  tableUse: one("ec2", "routeTableAssociation", "RouteTableAssociation"),
  /** The subnets that databases and caches are put into. */
  dataPlaces: ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"],
  /** What wears the group of a database, and of a cache. */
  databases: ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
  caches: [
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/serverlessCache:ServerlessCache",
  ],
};
