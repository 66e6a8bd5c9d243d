/** ARNs that inputs name: each must be one of a resource in the program. */
import type { ProgramRecord } from "../../../model/record";
import { customs, label, ofType, textsIn, type Check } from "./check";

/** Everything that starts like an ARN inside a longer text, such as a template's body, too. */
const ARN = /arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[A-Za-z0-9_.:/*?@+=,!$-]+/g;

/** What no plan can hold, and why a policy may name it nevertheless. */
const OUTSIDE: readonly [pattern: RegExp, why: string][] = [
  [/^arn:aws:iam::\d{12}:root$/, "the account itself: IAM's grants decide within it"],
  [/^arn:aws:iam::aws:policy\//, "AWS's own policies; which of them is judged by attachedPolicies"],
  [/^arn:aws:mediaconvert:[^:]+:\d{12}:(jobs|presets|jobTemplates)\/\*$/, "jobs are made at run time"],
  [
    /^arn:aws:s3:::prod-[a-z0-9-]+-starport-layer-bucket\/\*$/,
    "image layers: AWS's own bucket (Amazon ECR User Guide, endpoints)",
  ],
  [/^arn:aws:acm:[^:]+:\d{12}:certificate\//, "the certificates that a stack is configured with"],
  [/^arn:aws:ec2:[^:]+:\d{12}:network-interface\/\*$/, "Lambda makes a function's interfaces when it first runs"],
  [
    /:log-group:RDSOSMetrics(:log-stream:\*)?$/,
    "RDS makes it by itself (Amazon Aurora User Guide, Enhanced Monitoring)",
  ],
  [/:cluster-snapshot:awsbackup:\*$/, "AWS Backup makes the copies and their names (AWS Backup Developer Guide, IAM)"],
  [/^arn:aws:sts::\d{12}:assumed-role\//, "sessions are made at run time"],
];

/** Databases name their users by the cluster's resource id (Amazon RDS User Guide, "IAM database authentication"). */
const DATABASE_USER = /^arn:aws:rds-db:[^:]+:\d{12}:dbuser:(cluster-[A-Za-z0-9]+)\/[\w-]+$/;

/** Log groups that RDS makes by itself, named after the cluster (Amazon Aurora User Guide, "Publishing logs"). */
const DATABASE_LOGS = /:log-group:\/aws\/rds\/cluster\/([a-z0-9-]+)\/\*$/;

const escape = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
const globbed = (pattern: string): RegExp =>
  new RegExp(`^${escape(pattern).replaceAll("*", ".*").replaceAll("?", ".")}$`);

/** What resources are: ARNs among the outputs that are no inputs of the same resource. */
function ownArns(program: ProgramRecord): string[] {
  return customs(program).flatMap(({ inputs, outputs, id }) => {
    const given = new Set(textsIn(inputs).map(([, text]) => text));
    const own = [...textsIn(outputs).map(([, text]) => text), id ?? ""];
    return own.filter((text) => text.startsWith("arn:") && !given.has(text));
  });
}

/** `arn`, a part of it (`arn/key`, `arn:*`, `arn/index/name`), or a pattern that covers one. */
function resolver(program: ProgramRecord): (arn: string) => boolean {
  const own = new Set(ownArns(program));
  const list = [...own];
  const clusters = ofType(program, "aws:rds/cluster:Cluster");
  const named = (property: string, text: string): boolean => clusters.some(({ outputs }) => outputs[property] === text);
  return (arn) => {
    if (own.has(arn)) return true;
    const [user, logs] = [DATABASE_USER, DATABASE_LOGS].map((pattern) => pattern.exec(arn)?.[1]);
    if (user !== undefined) return named("clusterResourceId", user);
    if (logs !== undefined) return named("clusterIdentifier", logs);
    if (list.some((one) => arn.startsWith(one) && /^[:/]/.test(arn.slice(one.length)))) return true;
    return /[*?]/.test(arn) && list.some((one) => globbed(arn).test(one));
  };
}

/** An ECR image's repository may stand in another stack or account: the image that the stack is configured with says so. */
function isConfiguredRepository(program: ProgramRecord, arn: string): boolean {
  const [, account, repository] = /^arn:aws:ecr:[^:]+:(\d{12}):repository\/(.+)$/.exec(arn) ?? [];
  if (repository === undefined) return false;
  return customs(program).some(({ inputs }) =>
    textsIn(inputs.containerDefinitions).some(
      ([, text]) => text.startsWith(`${account}.dkr.ecr.`) && text.includes(`/${repository}@sha256:`),
    ),
  );
}

/** Every ARN in an input, policies above all, is that of a resource in the program, or one of a few argued others. */
export const namedResourcesExist: Check = (program) => {
  const exists = resolver(program);
  return customs(program).flatMap((resource) => {
    const named = textsIn(resource.inputs).flatMap(([path, text]) =>
      (text.match(ARN) ?? []).map((arn): [string, string] => [path, arn]),
    );
    return named
      .filter(([, arn]) => !exists(arn) && !OUTSIDE.some(([pattern]) => pattern.test(arn)))
      .filter(([, arn]) => !isConfiguredRepository(program, arn))
      .map(([path, arn]) => `${label(resource)}: ${path} names nothing in the plan · ${arn} → the ARN of a resource`);
  });
};
