import { isEverybody, namesCaller, statementsOf, type Statement } from "../documents";
import type { Fields } from "../fields";
import type { ResourceNode } from "../graph";
import { resourceRule, type Subject } from "../rule";
import { IAM } from "../tokens";

/** Grants in whatever form a resource holds them. */
function documentsOf({ type, inputs }: ResourceNode): Fields[] {
  if (!IAM.role.includes(type)) return [inputs.json("policy")];
  return inputs.many("inlinePolicies").map((policy) => policy.json("policy"));
}

/** What holds grants. */
export const GRANTS = [...IAM.role, ...IAM.rolePolicy, ...IAM.policy];

/** Runs a check on every Allow statement of a resource's grants, each on its own. */
export function eachGrant({ node, part }: Subject, check: (statement: Statement) => void): void {
  part(() => {
    for (const document of documentsOf(node)) {
      for (const statement of statementsOf(document)) part(() => (statement.allows() ? check(statement) : undefined));
    }
  });
}

const noWildcardAction = resourceRule({
  name: "iam-no-wildcard-action",
  displayName: "Grants name their actions",
  description: "A wildcard grants what the service will add tomorrow.",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  remedy: "name each action that the code calls",
  types: GRANTS,
  check: (subject) =>
    eachGrant(subject, (statement) => {
      const wild = statement.actions().filter((action) => action.includes("*"));
      if (wild.length > 0) subject.report(`statement ${statement.label} grants by wildcard · ${wild.join(", ")}`);
      if (statement.inverted().length > 0)
        subject.report(`statement ${statement.label} grants all but a list · ${statement.inverted().join(", ")}`);
    }),
});

interface Exception {
  readonly actions: readonly string[];
  readonly resource: RegExp;
  readonly reason: string;
}

/** Grants on every resource of a kind that cannot be narrower (Service Authorization Reference). */
const WIDE_RESOURCES: readonly Exception[] = [
  {
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
    resource: /^\*$/,
    reason: "X-Ray defines no resource for traces",
  },
  {
    actions: ["ecr:GetAuthorizationToken"],
    resource: /^\*$/,
    reason: "the token is of the registry, not of a repository",
  },
  {
    actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
    resource: /^\*$/,
    reason: "EC2 describes without a resource level",
  },
  {
    actions: ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
    resource: /^arn:[^:]+:ec2:[^:*]+:[^:*]+:network-interface\/\*$/,
    reason: "Lambda makes a function's network interfaces with the function's role, and EC2 makes up their ids",
  },
  {
    actions: ["ec2:DeleteNetworkInterface"],
    resource: /^arn:[^:]+:ec2:[^:*]+:[^:*]+:\*\/\*$/,
    reason:
      'Lambda refuses a role that may remove less than one interface or all (Lambda Developer Guide, "VPC access")',
  },
  { actions: ["mediaconvert:Probe"], resource: /^\*$/, reason: "a probe belongs to no queue and no job" },
  {
    actions: ["mediaconvert:GetJob", "mediaconvert:CancelJob"],
    resource: /^arn:[^:]+:mediaconvert:[^:*]+:[^:*]+:jobs\/\*$/,
    reason: "MediaConvert makes up a job's id when it is created; account and region are fixed",
  },
];

/** Whether an ARN covers every resource of a service or kind. A prefix before the `*` is narrow; so is a bucket's name. */
function isWide(resource: string): boolean {
  if (resource === "*") return true;
  const [, service, region, account, path] = /^arn:[^:]+:([^:]*):([^:]*):([^:]*):(.+)$/.exec(resource) ?? [];
  if (service === undefined || path === undefined) return resource.startsWith("*");
  if (service === "s3") return path.startsWith("*");
  return region === "*" || account === "*" || /^([\w-]+[:/])?\*/.test(path);
}

const isExcepted = (action: string, resource: string): boolean =>
  WIDE_RESOURCES.some((exception) => exception.actions.includes(action) && exception.resource.test(resource));

const noWildcardResource = resourceRule({
  name: "iam-no-wildcard-resource",
  displayName: "Grants name their resources",
  description:
    "A role reaches the resources it works on and no others. Actions without a resource level are listed with reasons.",
  severity: "high",
  tags: ["iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  remedy: "name the resource's ARN; an action without a resource level belongs in the rule's list, with its reason",
  types: GRANTS,
  check: (subject) =>
    eachGrant(subject, (statement) => {
      const actions = statement.actions();
      for (const resource of statement.resources().filter(isWide)) {
        const open = actions.filter((action) => !isExcepted(action, resource));
        if (open.length > 0)
          subject.report(`statement ${statement.label} grants ${open.join(", ")} on every resource · ${resource}`);
      }
    }),
});

const passRole = resourceRule({
  name: "iam-pass-role",
  displayName: "One role is passed to one service",
  description: "Whoever may pass any role to a service may do whatever any role may.",
  severity: "critical",
  tags: ["iam", "escalation"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  remedy: "grant iam:PassRole on one role's ARN with StringEquals iam:PassedToService of one service",
  types: GRANTS,
  check: (subject) =>
    eachGrant(subject, (statement) => {
      const passes = statement.actions().some((action) => ["*", "iam:*", "iam:PassRole", "iam:Pass*"].includes(action));
      if (!passes) return;
      const roles = statement.resources();
      if (roles.length !== 1 || roles.some((role) => role.includes("*")))
        subject.report(`statement ${statement.label} passes more than one role · ${roles.join(", ") || "no resource"}`);
      const services = statement.condition("iam:PassedToService", ["StringEquals"]);
      if (services.length !== 1)
        subject.report(
          `statement ${statement.label} passes to more than one service · ${services.join(", ") || "any"}`,
        );
    }),
});

const noUsers = resourceRule({
  name: "no-iam-users",
  displayName: "No users, no long-term keys",
  description: "People and pipelines take roles for an hour; a user's key lives until somebody finds it.",
  severity: "critical",
  tags: ["iam", "secrets"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
  remedy: "use a role: by IAM Identity Center for people, by OIDC for pipelines",
  types: IAM.people,
  check: ({ node: { type }, report }) => report(`long-term access is made · ${type}`),
});

/** Services that assume a role of ours without telling for whom. iam:PassRole works within one account only. */
const WITHOUT_CALLER: Readonly<Record<string, string>> = {
  "lambda.amazonaws.com": "Lambda sends no source account when it assumes an execution role",
  "ecs.amazonaws.com": "ECS documents no source account for the role that shifts a load balancer's requests",
  "s3.amazonaws.com": "S3 documents no source account for live replication",
};

function checkPrincipals(statement: Statement, { report }: Subject): void {
  const label = statement.label;
  const principals = statement.principals();
  if (principals.some(isEverybody)) report(`statement ${label} lets everybody take the role`);
  for (const { kind, value } of principals) {
    if (kind === "Service" && !(value in WITHOUT_CALLER) && !namesCaller(statement))
      report(`statement ${label} lets ${value} take the role on behalf of any account`);
    if (kind === "AWS" && value !== "*" && !/:role\//.test(value) && !isBound(statement))
      report(`statement ${label} lets a whole account take the role · ${value}`);
    if (kind === "Federated" && !isSubjectBound(statement, value))
      report(`statement ${label} lets any subject of ${value} take the role`);
  }
}

const BOUNDS = ["sts:ExternalId", "aws:PrincipalOrgID", "aws:PrincipalArn"];
const EQUALITIES = ["StringEquals", "StringLike", "ArnEquals", "ArnLike"];

/** A condition that anything meets, or that names who is not meant, binds nobody. */
const isBound = (statement: Statement): boolean =>
  BOUNDS.some((key) => {
    const values = statement.condition(key, EQUALITIES);
    return values.length > 0 && values.every((value) => !/^\*+$/.test(value));
  });

/** An OIDC trust must say which subject: `<issuer>:sub` without a bare wildcard. */
function isSubjectBound(statement: Statement, provider: string): boolean {
  const issuer = provider.replace(/^.*oidc-provider\//, "");
  const subjects = statement.condition(`${issuer}:sub`, ["StringEquals", "StringLike"]);
  return subjects.length > 0 && subjects.every((subject) => !/^(repo:)?\*/.test(subject));
}

const trust = resourceRule({
  name: "iam-trust-conditions",
  displayName: "Roles are taken by named callers",
  description: "A trust policy says for whom a service, an account or an identity provider may take the role.",
  severity: "critical",
  tags: ["iam", "confused-deputy"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  remedy:
    "add a condition: aws:SourceAccount or aws:SourceArn for services, aws:PrincipalOrgID or sts:ExternalId for accounts, <issuer>:sub for OIDC",
  types: IAM.role,
  check: (subject) => {
    for (const statement of statementsOf(subject.node.inputs.json("assumeRolePolicy"))) {
      subject.part(() => (statement.allows() ? checkPrincipals(statement, subject) : undefined));
    }
  },
});

/** Policies of AWS that grant a whole service or account. */
const BROAD_POLICY = /\/(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess|ReadOnlyAccess)$/;

const noBroadPolicy = resourceRule({
  name: "iam-no-broad-policy",
  displayName: "No broad policy of AWS is attached",
  description: "AWS's own full-access policies are wildcards under another name.",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  remedy: "write a policy of our own with the actions that the code calls",
  types: [...IAM.role, ...IAM.attachment],
  check: ({ node: { inputs }, report, part }) => {
    const broad = (arns: string[]): void => {
      for (const arn of arns.filter((candidate) => BROAD_POLICY.test(candidate)))
        report(`a broad policy is attached · ${arn}`);
    };
    part(() => broad(inputs.texts("managedPolicyArns")));
    part(() => broad(inputs.texts("policyArn")));
  },
});

/** Seconds. */
const LONGEST_SESSION = 3600;

const session = resourceRule({
  name: "iam-session-hour",
  displayName: "Roles are held for an hour",
  description: "Temporary credentials that leak are useless after an hour.",
  severity: "medium",
  tags: ["iam", "sessions"],
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_sessions.html",
  remedy: `leave maxSessionDuration out, or set it to ${LONGEST_SESSION} at most`,
  types: IAM.role,
  check: ({ node: { inputs }, report }) => {
    const seconds = inputs.number("maxSessionDuration") ?? LONGEST_SESSION;
    if (seconds > LONGEST_SESSION) report(`a session lasts ${seconds} s · maxSessionDuration`);
  },
});

export const iamRules = [noWildcardAction, noWildcardResource, passRole, noUsers, trust, noBroadPolicy, session];
