/**
 * IAM documents as typed values. A grant is built by `allow`, which refuses wildcards; the few actions that have no
 * resource level go through `allowEverywhere`, which knows them by name.
 */
import type { Input, Output } from "@pulumi/pulumi";

export type Condition = Record<string, Record<string, Input<string> | Input<string>[]>>;

/** ARNs; an output when only a resource that is made tells how many there are. */
export type Resources = Input<string>[] | Output<string[]>;

export interface Principal {
  [kind: string]: Input<string> | Input<string>[];
}

export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: Principal | "*";
  Action: string[];
  Resource?: Resources;
  Condition?: Condition;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/**
 * Actions for which IAM knows no resource (Service Authorization Reference, by service): `Resource`
 * can only be "*".
 */
export const ACTIONS_WITHOUT_RESOURCE: readonly string[] = [
  "cloudwatch:PutMetricData",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ecr:GetAuthorizationToken",
  "mediaconvert:Probe",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "xray:GetSamplingRules",
  "xray:GetSamplingStatisticSummaries",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

function checkActions(sid: string, actions: string[]): void {
  const wild = actions.filter((action) => action.includes("*"));
  if (wild.length > 0) throw new Error(`statement ${sid}: action ${wild.join(", ")} is a wildcard → name each action`);
  if (actions.length === 0) throw new Error(`statement ${sid}: no action → name at least one`);
}

/**
 * Grants named actions on named resources. A resource may end in "*" (all keys under a prefix), but not be "*".
 * @throws Error on a wildcard action, on no resource and on the resource "*".
 */
export function allow(sid: string, actions: string[], resources: Resources, condition?: Condition): Statement {
  checkActions(sid, actions);
  if (Array.isArray(resources)) {
    if (resources.length === 0) throw new Error(`statement ${sid}: no resource → name at least one`);
    if (resources.includes("*")) throw new Error(`statement ${sid}: resource "*" → name the resources`);
  }
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition && { Condition: condition }),
  };
}

/**
 * Grants actions that IAM cannot limit to a resource.
 * @throws Error when an action has a resource level after all.
 */
export function allowEverywhere(sid: string, actions: string[], condition?: Condition): Statement {
  const limitable = actions.filter((action) => !ACTIONS_WITHOUT_RESOURCE.includes(action));
  if (limitable.length > 0) {
    throw new Error(
      `statement ${sid}: ${limitable.join(", ")} can be limited to a resource → use allow(); without a resource are only ${ACTIONS_WITHOUT_RESOURCE.join(", ")}`,
    );
  }
  const statement: Statement = { Sid: sid, Effect: "Allow", Action: actions, Resource: ["*"] };
  return condition ? { ...statement, Condition: condition } : statement;
}

/** Denies named actions on whatever resource, under a condition: it outweighs every grant. */
export function deny(sid: string, actions: string[], condition: Condition): Statement {
  checkActions(sid, actions);
  return { Sid: sid, Effect: "Deny", Action: actions, Resource: ["*"], Condition: condition };
}

/** The statement of a resource policy that admits a principal. */
export const admit = (principal: Principal, statement: Statement): Statement => {
  const { Sid, Effect, ...rest } = statement;
  return { Sid, Effect, Principal: principal, ...rest };
};

/** Grants use of the key that the policy belongs to: in a key policy, and only there, "*" means that one key (KMS Developer Guide, "Key policies"). */
export function admitToKey(sid: string, principal: Principal, actions: string[], condition?: Condition): Statement {
  checkActions(sid, actions);
  const statement: Statement = { Sid: sid, Effect: "Allow", Principal: principal, Action: actions, Resource: ["*"] };
  return condition ? { ...statement, Condition: condition } : statement;
}

/** Denies every request that does not come by TLS. A denial may name every action of the service. */
export const denyPlainText = (action: "s3:*" | "sqs:*" | "sns:Publish", resources: Input<string>[]): Statement => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: [action],
  Resource: resources,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** @throws Error when there is no statement, and when two share a Sid: IAM refuses the document. */
export function policyDocument(statements: Statement[]): PolicyDocument {
  if (statements.length === 0) throw new Error("a policy document without statements → give at least one");
  const seen = new Set<string>();
  for (const { Sid } of statements) {
    if (seen.has(Sid)) throw new Error(`statement id ${Sid} is used twice → ids are unique within a document`);
    seen.add(Sid);
  }
  return { Version: "2012-10-17", Statement: statements };
}

/** Trust policy for one AWS service, acting for this account only (no confused deputy). */
export const serviceTrust = (service: string, accountId: Input<string>): PolicyDocument =>
  policyDocument([
    {
      Sid: "Assume",
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ]);

/** Trust policy for a service that sends no source account: the condition of `serviceTrust` would lock it out. */
export const callerlessTrust = (service: string): PolicyDocument =>
  policyDocument([{ Sid: "Assume", Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole"] }]);

/** Lambda sends no source account when it assumes an execution role (Lambda Developer Guide, "Execution role"). */
export const functionTrust = (): PolicyDocument => callerlessTrust("lambda.amazonaws.com");
