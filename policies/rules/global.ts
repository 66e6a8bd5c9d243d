import { resourceRule, stackRule } from "../rule";
import { CLOUDFRONT, EDGE, WATCH } from "../tokens";

/** Types of services that a new account cannot get any more, or soon, with what takes their place. */
const CLOSED: readonly { type: RegExp; instead: string }[] = [
  { type: /^aws:ssmincidents\//, instead: "escalate by Step Functions and SNS" },
  { type: /^aws:ssmcontacts\//, instead: "escalate by Step Functions and SNS" },
  { type: /^aws:cloudtrail\/eventDataStore:/, instead: "keep a trail in S3 and query it by Athena" },
  { type: /^aws:pinpoint\//, instead: "send by SES and SNS" },
  { type: /^aws:elastictranscoder\//, instead: "transcode by MediaConvert" },
  { type: /^aws:mediastore\//, instead: "store media in S3" },
];

const noClosed = resourceRule({
  name: "no-closed-services",
  displayName: "No service that is closed to new accounts",
  description: "Whoever clones this program must be able to deploy it.",
  severity: "high",
  tags: ["global", "availability"],
  url: "https://docs.aws.amazon.com/incident-manager/latest/userguide/incident-manager-availability-change.html",
  remedy: "use the service that takes its place",
  types: "every",
  check: ({ node: { type }, report }) => {
    const closed = CLOSED.find((candidate) => candidate.type.test(type));
    if (closed !== undefined) report(`new accounts cannot get this service · ${type}`, closed.instead);
  },
});

/** Months or years of payment by one line of code. */
const COMMITMENTS = /^aws:(rds\/reservedInstance|elasticache\/reservedCacheNode|savingsplans\/[^:]+):/;

const noCommitment = resourceRule({
  name: "no-commitments",
  displayName: "Code makes no purchase for a year",
  description: "Reservations and savings plans bind for one or three years and cannot be destroyed.",
  severity: "high",
  tags: ["global", "cost"],
  url: "https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html",
  remedy: "remove it and buy the commitment by hand, with somebody's signature",
  types: "every",
  check: ({ node: { type }, report }) => {
    if (COMMITMENTS.test(type)) report(`the resource is a commitment · ${type}`);
  },
});

const EDGE_REGION = "us-east-1";

const edgeRegion = stackRule({
  name: "global-edge-in-use1",
  displayName: "What serves CloudFront is in us-east-1",
  description: "CloudFront's web ACLs, log deliveries and certificates exist in us-east-1 only, wherever the stack is.",
  severity: "high",
  tags: ["global", "cloudfront"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
  remedy: `set region: "${EDGE_REGION}" on the resource itself`,
  types: [...EDGE.webAcl, ...WATCH.deliverySource, ...WATCH.deliveryDestination, ...WATCH.delivery],
  check: ({ node, report }, graph) => {
    const { inputs, type } = node;
    if (EDGE.webAcl.includes(type) && inputs.text("scope") !== "CLOUDFRONT") return;
    const ofEdge = (source: typeof node): boolean =>
      graph.linked(source, "resourceArn", CLOUDFRONT.distribution).length > 0;
    const deliveries = WATCH.deliveryDestination.includes(type)
      ? graph.referring(node, WATCH.delivery, "deliveryDestinationArn")
      : [node];
    const serves = deliveries.some(
      (delivery) =>
        EDGE.webAcl.includes(type) ||
        ofEdge(delivery) ||
        graph.linked(delivery, "deliverySourceName", WATCH.deliverySource).some(ofEdge),
    );
    if (!serves) return;
    const region = inputs.text("region") ?? "the stack's own";
    if (region !== EDGE_REGION) report(`CloudFront looks for it in ${EDGE_REGION} · region ${region}`);
  },
});

/** What cost reports and operators sort by. */
const REQUIRED_TAGS = ["Project", "Stack", "ManagedBy"];
/** Types of the program that take tags; a test compares the list with the provider's own type files. */
const TAGGABLE = [
  "aws:appautoscaling/target:Target",
  "aws:backup/plan:Plan",
  "aws:backup/vault:Vault",
  "aws:cloudformation/stack:Stack",
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudfront/vpcOrigin:VpcOrigin",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logDelivery:LogDelivery",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cognito/userPool:UserPool",
  "aws:dynamodb/table:Table",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/eip:Eip",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:elasticache/parameterGroup:ParameterGroup",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:elasticache/subnetGroup:SubnetGroup",
  "aws:elasticache/user:User",
  "aws:elasticache/userGroup:UserGroup",
  "aws:iam/role:Role",
  "aws:iam/serviceLinkedRole:ServiceLinkedRole",
  "aws:kms/key:Key",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:mediaconvert/queue:Queue",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  "aws:rds/eventSubscription:EventSubscription",
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:wafv2/webAcl:WebAcl",
];

const tags = resourceRule({
  name: "required-tags",
  displayName: "Resources say whose they are",
  description: `Every resource that takes tags bears ${REQUIRED_TAGS.join(", ")}, so that costs and owners can be told apart.`,
  severity: "low",
  tags: ["global", "tags", "cost"],
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  remedy: "pass the platform's tags to the resource",
  types: TAGGABLE,
  check: ({ node: { inputs }, report }) => {
    const present = inputs.one("tags");
    const missing = REQUIRED_TAGS.filter((tag) => !present.has(tag));
    if (missing.length > 0) report(`tags are missing · ${missing.join(", ")}`);
  },
});

export const globalRules = [noClosed, noCommitment, edgeRegion, tags];
