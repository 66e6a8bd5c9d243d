/** What may be granted: no wildcard, except actions that IAM cannot limit. */
import { label, textsOf, customs, type Check } from "./check";
import { statements, type Statement } from "./documents";

/**
 * Actions for which IAM knows no resource: the column "Resource types" of the Service Authorization Reference is empty,
 * so `Resource` can only be "*". Each with what the caller does with it.
 */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  "cloudwatch:DescribeAlarms": "its resource is the alarm for a filter by name only; a list of all needs every one",
  "cloudwatch:PutMetricData": "metrics belong to no resource; a condition on cloudwatch:namespace limits it",
  "ec2:DescribeNetworkInterfaces": "Describe calls of EC2 know no resource; Lambda looks for the function's interfaces",
  "ec2:DescribeSubnets": "Describe calls of EC2 know no resource; Lambda looks for free addresses",
  "ecr:GetAuthorizationToken": "the token is the account's, for every registry that other grants open",
  "mediaconvert:Probe": "a probe belongs to no queue and no job",
  "xray:GetSamplingRules": "sampling rules are read as a whole",
  "xray:GetSamplingTargets": "quotas are asked for all rules together",
  "xray:GetSamplingStatisticSummaries": "statistics are read as a whole",
  "xray:PutTelemetryRecords": "traces belong to no resource",
  "xray:PutTraceSegments": "traces belong to no resource",
};

/**
 * The calls by which Lambda gives a function its network interfaces (Lambda Developer Guide, "Giving Lambda functions
 * access to resources in an Amazon VPC"): Lambda makes them with the function's role, so the function's code could too.
 */
const JOIN_VPC = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/** Policies of AWS's own that are attached, since the service accepts no other or AWS extends them with it. */
const AWS_POLICIES: Readonly<Record<string, string>> = {
  "service-role/AmazonRDSEnhancedMonitoringRole":
    "Enhanced Monitoring: the log group RDSOSMetrics, which RDS makes itself",
  AmazonECSInfrastructureRolePolicyForLoadBalancers:
    "blue/green: ECS shifts the rules' weights; it needs read calls that know no resource",
};

/** In these, "*" means the one resource that the policy belongs to (KMS Developer Guide, "Key policies"). */
const SELF = ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy", "aws:kms/replicaKey:ReplicaKey"];
/** A gateway's or an interface endpoint's policy bounds what passes; the grants of who passes are judged by themselves. */
const PASSAGES = ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"];

const wildActions = ({ actions }: Statement): string[] => actions.filter((action) => /[*?]/.test(action));

function limitable({ actions, resources, resource }: Statement): string[] {
  if (!resources?.includes("*") || SELF.includes(resource.type) || PASSAGES.includes(resource.type)) return [];
  return actions.filter((action) => WITHOUT_RESOURCE[action] === undefined);
}

/** No Allow names an action by a wildcard, everything but a list, or every resource where IAM knows single ones. */
export const noWildcards: Check = (program) =>
  statements(program)
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => {
      const where = `${label(statement.resource)}: statement ${statement.label}`;
      return [
        ...wildActions(statement).map((action) => `${where} allows a wildcard · ${action} → name each action`),
        ...statement.inverted.map((key) => `${where} allows all but a list · ${key} → name what is allowed`),
        ...limitable(statement).map(
          (action) => `${where} allows it on every resource · ${action} → name the resources`,
        ),
      ];
    });

/** What joins a VPC may be asked by Lambda for the function, never by the function's own code. */
export const vpcJoinDenied: Check = (program) => {
  const all = statements(program);
  const joins = all.filter(
    ({ effect, actions }) => effect === "Allow" && actions.some((one) => JOIN_VPC.includes(one)),
  );
  return joins.flatMap((join) => {
    const denied = all
      .filter(({ effect, resource }) => effect === "Deny" && resource.urn === join.resource.urn)
      .flatMap(({ actions }) => actions);
    return join.actions
      .filter((action) => JOIN_VPC.includes(action) && !denied.includes(action))
      .map(
        (action) =>
          `${label(join.resource)}: the function's own code may call ${action} → deny it where lambda:SourceFunctionArn is the function`,
      );
  });
};

/** Only argued policies of AWS's own are attached: their text is not ours and changes. */
export const attachedPolicies: Check = (program) =>
  customs(program).flatMap((resource) =>
    [...textsOf(resource.inputs.policyArn), ...textsOf(resource.inputs.managedPolicyArns)].flatMap((arn) => {
      const name = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
      if (name === undefined || AWS_POLICIES[name] !== undefined) return [];
      return [`${label(resource)}: a policy of AWS's own is attached · ${name} → write the grants out`];
    }),
  );

const saysEverybody = ({ effect, principals = [] }: Statement): boolean =>
  effect === "Allow" && principals.some(([kind, value]) => value === "*" && (kind === "*" || kind === "AWS"));

/** Objects that AWS itself offers to everybody: layers of images (Amazon ECR User Guide, "Interface VPC endpoints"). */
const OFFERED = /:::prod-[a-z0-9-]+-starport-layer-bucket\/\*$/;

/** Only the policy of an endpoint speaks of everybody, and then a condition says whose principals pass. */
export const noEverybody: Check = (program) =>
  statements(program)
    .filter(saysEverybody)
    .flatMap(({ resource, label: sid, conditions, resources = [] }) => {
      const where = `${label(resource)}: statement ${sid}`;
      if (!PASSAGES.includes(resource.type)) return [`${where} admits everybody → name the principals`];
      const keys = Object.values(conditions).flatMap(Object.keys);
      if (keys.includes("aws:PrincipalAccount") || resources.every((arn) => OFFERED.test(arn))) return [];
      return [`${where} lets everybody pass · ${keys.join() || "no condition"} → a condition on aws:PrincipalAccount`];
    });
