/** Physical names: within each service's limit, with Pulumi's own suffix, and never those of another stack. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";
import { customs, label, type Check } from "./check";
import { inputsOf } from "./structure";

/** What Pulumi adds to a logical name: a dash and seven hexadecimal digits. Too long a name is an error there, not cut. */
const SUFFIX = "-1a2b3c4";

interface Rule {
  property: string;
  /** Characters. */
  limit: number;
  pattern: RegExp;
  /** The name need not differ from those under another parent. */
  within?: "parent";
}

const WORD = /^[\w-]+$/;
const IAM = /^[\w+=,.@-]+$/;
/** A hyphen at neither end, none twice (Amazon RDS and ElastiCache, identifiers). */
const IDENTIFIER = /^[a-z](?:-?[a-z0-9])*$/;
const ANY = /^[\s\S]+$/;

const rule = (property: string, limit: number, pattern: RegExp, within?: "parent"): Rule => ({
  property,
  limit,
  pattern,
  within,
});

/** From each service's API reference, the call that creates the resource. */
export const NAME_RULES: Readonly<Record<string, Rule>> = {
  "aws:appautoscaling/policy:Policy": rule("name", 256, /^\P{C}+$/u, "parent"),
  "aws:appautoscaling/scheduledAction:ScheduledAction": rule("name", 256, ANY, "parent"),
  "aws:backup/plan:Plan": rule("name", 50, /^[\w.-]+$/),
  "aws:backup/selection:Selection": rule("name", 50, /^[\w.-]+$/, "parent"),
  "aws:backup/vault:Vault": rule("name", 50, WORD),
  "aws:cloudformation/stack:Stack": rule("name", 128, /^[A-Za-z][A-Za-z0-9-]*$/),
  "aws:cloudfront/cachePolicy:CachePolicy": rule("name", 128, WORD),
  "aws:cloudfront/function:Function": rule("name", 64, WORD),
  "aws:cloudfront/keyGroup:KeyGroup": rule("name", 128, WORD),
  "aws:cloudfront/originAccessControl:OriginAccessControl": rule("name", 64, WORD),
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": rule("name", 128, WORD),
  "aws:cloudfront/publicKey:PublicKey": rule("name", 128, WORD),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": rule("name", 128, WORD),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": rule("alarmName", 255, ANY),
  "aws:cloudwatch/dashboard:Dashboard": rule("dashboardName", 255, WORD),
  "aws:cloudwatch/eventArchive:EventArchive": rule("name", 48, /^[.\w-]+$/),
  "aws:cloudwatch/eventBus:EventBus": rule("name", 256, /^[/.\w-]+$/),
  "aws:cloudwatch/eventRule:EventRule": rule("name", 64, /^[.\w-]+$/),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": rule("name", 60, WORD),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": rule("name", 60, WORD),
  "aws:cloudwatch/logGroup:LogGroup": rule("name", 512, /^[./#\w-]+$/),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": rule("name", 512, /^[^:*]+$/, "parent"),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": rule("policyName", 255, ANY),
  "aws:cloudwatch/metricAlarm:MetricAlarm": rule("name", 255, ANY),
  "aws:cognito/resourceServer:ResourceServer": rule("name", 256, ANY, "parent"),
  "aws:cognito/userGroup:UserGroup": rule("name", 128, ANY, "parent"),
  "aws:cognito/userPool:UserPool": rule("name", 128, /^[\w\s+=,.@-]+$/),
  "aws:cognito/userPoolClient:UserPoolClient": rule("name", 128, /^[\w\s+=,.@-]+$/, "parent"),
  "aws:cognito/userPoolDomain:UserPoolDomain": rule(
    "domain",
    63,
    /^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  ),
  "aws:dynamodb/table:Table": rule("name", 255, /^[.\w-]{3,}$/),
  "aws:ec2/securityGroup:SecurityGroup": rule("name", 255, /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]+$/),
  "aws:ecr/repository:Repository": rule("name", 256, /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
  "aws:ecs/cluster:Cluster": rule("name", 255, WORD),
  "aws:ecs/service:Service": rule("name", 255, WORD, "parent"),
  "aws:ecs/taskDefinition:TaskDefinition": rule("family", 255, WORD),
  "aws:elasticache/parameterGroup:ParameterGroup": rule("name", 255, IDENTIFIER),
  "aws:elasticache/replicationGroup:ReplicationGroup": rule("replicationGroupId", 40, IDENTIFIER),
  "aws:elasticache/subnetGroup:SubnetGroup": rule("name", 255, IDENTIFIER),
  "aws:elasticache/user:User": rule("userId", 40, IDENTIFIER),
  "aws:elasticache/userGroup:UserGroup": rule("userGroupId", 40, IDENTIFIER),
  "aws:iam/instanceProfile:InstanceProfile": rule("name", 128, IAM),
  "aws:iam/policy:Policy": rule("name", 128, IAM),
  "aws:iam/role:Role": rule("name", 64, IAM),
  "aws:iam/rolePolicy:RolePolicy": rule("name", 128, IAM, "parent"),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": rule("name", 64, /^[.\w-]+$/),
  "aws:kms/alias:Alias": rule("name", 256, /^alias\/[\w/-]+$/),
  "aws:lambda/alias:Alias": rule("name", 128, WORD, "parent"),
  "aws:lambda/function:Function": rule("name", 64, WORD),
  "aws:lb/loadBalancer:LoadBalancer": rule("name", 32, /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/),
  "aws:lb/targetGroup:TargetGroup": rule("name", 32, /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/),
  // The API reference of MediaConvert names no limit; its console takes 100 characters.
  "aws:mediaconvert/queue:Queue": rule("name", 100, ANY),
  "aws:opensearch/domain:Domain": rule("domainName", 28, /^[a-z][a-z0-9-]{2,}$/),
  "aws:rds/cluster:Cluster": rule("clusterIdentifier", 63, IDENTIFIER),
  "aws:rds/clusterInstance:ClusterInstance": rule("identifier", 63, IDENTIFIER),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": rule("name", 255, IDENTIFIER),
  "aws:rds/eventSubscription:EventSubscription": rule("name", 255, IDENTIFIER),
  "aws:rds/parameterGroup:ParameterGroup": rule("name", 255, IDENTIFIER),
  "aws:rds/proxy:Proxy": rule("name", 63, IDENTIFIER),
  "aws:rds/subnetGroup:SubnetGroup": rule("name", 255, /^(?!default$)[a-z0-9 ._-]+$/),
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": rule("name", 64, /^(?!\d+$)[\w-]+$/),
  "aws:s3/bucket:Bucket": rule("bucket", 63, /^(?!xn--)[a-z0-9][a-z0-9-]+[a-z0-9]$/),
  "aws:scheduler/schedule:Schedule": rule("name", 64, /^[.\w-]+$/),
  "aws:scheduler/scheduleGroup:ScheduleGroup": rule("name", 64, /^[.\w-]+$/),
  "aws:secretsmanager/secret:Secret": rule("name", 512, /^[\w/+=.@-]+$/),
  "aws:servicediscovery/httpNamespace:HttpNamespace": rule("name", 1024, /^[!-~]+$/),
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": rule("name", 253, /^[!-~]+$/),
  "aws:sfn/stateMachine:StateMachine": rule("name", 80, WORD),
  "aws:sns/topic:Topic": rule("name", 256, WORD),
  "aws:sqs/queue:Queue": rule("name", 80, WORD),
  "aws:ssm/parameter:Parameter": rule("name", 1011, /^[./\w-]+$/),
  "aws:wafv2/ipSet:IpSet": rule("name", 128, WORD),
  "aws:wafv2/regexPatternSet:RegexPatternSet": rule("name", 128, WORD),
  "aws:wafv2/webAcl:WebAcl": rule("name", 128, WORD),
  "aws:xray/group:Group": rule("groupName", 32, WORD),
  "aws:xray/samplingRule:SamplingRule": rule("ruleName", 32, WORD),
};

/** Inputs that name the resource itself, where the table does not say. */
const OWN_NAMES = ["name", "alarmName", "clusterIdentifier", "domainName", "groupName", "policyName", "ruleName"];
/** Types whose such input names another resource, or a choice of the service's. */
const OTHERS = [
  "aws:cognito/identityProvider:IdentityProvider",
  "aws:opensearch/domainPolicy:DomainPolicy",
  "aws:route53/record:Record",
];

const given = ({ inputs }: ResourceRecord, { property }: Rule): string | undefined => {
  const value = inputs[property];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** The name as given, else as Pulumi makes it. */
export const namesWithinLimits: Check = (program) =>
  customs(program).flatMap((resource) => {
    const own = NAME_RULES[resource.type];
    if (own === undefined) {
      const names = OTHERS.includes(resource.type)
        ? []
        : OWN_NAMES.filter((key) => inputsOf(resource.type).includes(key));
      return names.map(
        (key) => `${label(resource)}: no limit is known for ${key} → a row in test/program/checks/names.ts`,
      );
    }
    const name = given(resource, own) ?? `${resource.name}${SUFFIX}`;
    if (name.length > own.limit) {
      const surplus = name.length - own.limit;
      return [`${label(resource)}: ${own.property} is ${surplus} too long for ${own.limit} · ${name} → a shorter one`];
    }
    if (own.pattern.test(name)) return [];
    return [`${label(resource)}: ${own.property} is no legal name · ${name} → one that matches ${own.pattern.source}`];
  });

/** `<type> <region> <name>` of every name that the program gives and that is alone in its account and region. */
function givenNames(program: ProgramRecord): Map<string, ResourceRecord> {
  const names = customs(program).flatMap((resource): [string, ResourceRecord][] => {
    const own = NAME_RULES[resource.type];
    const name = own === undefined || own.within === "parent" ? undefined : given(resource, own);
    const region = typeof resource.inputs.region === "string" ? resource.inputs.region : "";
    return name === undefined ? [] : [[`${resource.type} ${region} ${name}`, resource]];
  });
  return new Map(names);
}

/** Names that both of two stacks of one account would take. */
export function sharedNames(one: ProgramRecord, other: ProgramRecord): string[] {
  const taken = givenNames(other);
  return [...givenNames(one)]
    .filter(([name]) => taken.has(name))
    .map(([name, resource]) => `${label(resource)}: two stacks take one name · ${name} → put the stack into it`);
}
