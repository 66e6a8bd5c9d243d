/** The pack: every rule and how strictly it is enforced. Pure: `engine.ts` makes Pulumi's policies of it, `evaluate.ts` runs it on records. */
import type { Level, Rule } from "./rule";
import { cloudfrontRules } from "./rules/cloudfront";
import { cloudfrontOriginRules } from "./rules/cloudfrontOrigins";
import { cloudwatchRules } from "./rules/cloudwatch";
import { cognitoRules } from "./rules/cognito";
import { dynamodbRules } from "./rules/dynamodb";
import { autoscalingRules } from "./rules/autoscaling";
import { ecrRules } from "./rules/ecr";
import { ecsRules } from "./rules/ecs";
import { ecsServiceRules } from "./rules/ecsServices";
import { elbRules } from "./rules/elb";
import { elasticacheRules } from "./rules/elasticache";
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
import { rdsRules } from "./rules/rds";
import { rdsOperationRules } from "./rules/rdsOperation";
import { s3Rules } from "./rules/s3";
import { s3LifecycleRules } from "./rules/s3Lifecycle";
import { s3ReplicationRules } from "./rules/s3Replication";
import { secretsmanagerRules } from "./rules/secretsmanager";
import { securityGroupRules } from "./rules/securityGroups";
import { snsRules } from "./rules/sns";
import { sqsRules } from "./rules/sqs";
import { vpcAccessRules } from "./rules/vpcAccess";
import { wafRules } from "./rules/waf";

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
  ...cloudfrontOriginRules,
  ...wafRules,
  ...networkRules,
  ...networkTierRules,
  ...securityGroupRules,
  ...vpcAccessRules,
  ...ecsRules,
  ...ecsServiceRules,
  ...ecrRules,
  ...autoscalingRules,
  ...rdsRules,
  ...rdsOperationRules,
  ...elasticacheRules,
  ...opensearchRules,
  ...cloudwatchRules,
  ...elbRules,
  ...cognitoRules,
  ...secretsmanagerRules,
];

/** Rules that warn and do not stop an update; every other one is mandatory. */
const ADVISORY: readonly string[] = [
  "aurora-t-class-nonprod",
  "bg-rule-default-deny",
  "cache-prefer-graviton",
  "cf-own-domain",
  "db-insights-on",
  "dynamodb-pitr",
  "kms-alias",
  "no-xray-daemon-image",
];

export const PACK: readonly { rule: Rule; level: Level }[] = RULES.map((rule) => ({
  rule,
  level: ADVISORY.includes(rule.name) ? "advisory" : "mandatory",
}));
