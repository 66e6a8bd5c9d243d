/** The pack: every rule and how strictly it is enforced. Pure: `engine.ts` makes Pulumi's policies of it, `evaluate.ts` runs it on records. */
import type { Level, Rule } from "./rule";
import { cloudfrontRules } from "./rules/cloudfront";
import { cloudwatchRules } from "./rules/cloudwatch";
import { cognitoRules } from "./rules/cognito";
import { dynamodbRules } from "./rules/dynamodb";
import { ecsRules } from "./rules/ecs";
import { elbRules } from "./rules/elb";
import { eventbridgeRules } from "./rules/eventbridge";
import { globalRules } from "./rules/global";
import { iamRules } from "./rules/iam";
import { kmsRules } from "./rules/kms";
import { lambdaRules } from "./rules/lambda";
import { logsRules } from "./rules/logs";
import { mediaconvertRules } from "./rules/mediaconvert";
import { networkRules } from "./rules/network";
import { networkTierRules } from "./rules/networkTiers";
import { opensearchRules } from "./rules/opensearch";
import { s3Rules } from "./rules/s3";
import { s3LifecycleRules } from "./rules/s3Lifecycle";
import { s3ReplicationRules } from "./rules/s3Replication";
import { secretsmanagerRules } from "./rules/secretsmanager";
import { securityGroupRules } from "./rules/securityGroups";
import { snsRules } from "./rules/sns";
import { sqsRules } from "./rules/sqs";
import { vpcAccessRules } from "./rules/vpcAccess";

const RULES: readonly Rule[] = [
  ...globalRules,
  ...kmsRules,
  ...s3Rules,
  ...s3LifecycleRules,
  ...s3ReplicationRules,
  ...dynamodbRules,
  ...sqsRules,
  ...snsRules,
  ...eventbridgeRules,
  ...lambdaRules,
  ...logsRules,
  ...iamRules,
  ...mediaconvertRules,
  ...cloudfrontRules,
  ...networkRules,
  ...networkTierRules,
  ...securityGroupRules,
  ...vpcAccessRules,
  ...ecsRules,
  ...opensearchRules,
  ...cloudwatchRules,
  ...elbRules,
  ...cognitoRules,
  ...secretsmanagerRules,
];

/** Rules that warn and do not stop an update; every other one is mandatory. */
const ADVISORY: readonly string[] = ["bg-rule-default-deny", "cf-own-domain", "dynamodb-pitr", "kms-alias"];

export const PACK: readonly { rule: Rule; level: Level }[] = RULES.map((rule) => ({
  rule,
  level: ADVISORY.includes(rule.name) ? "advisory" : "mandatory",
}));
