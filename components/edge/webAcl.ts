import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { webAclLogGroupName, webAclMetric } from "../../lib/names";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { rulesOf, visibility } from "./statements";
import type { AclRule } from "./webAcl.plan";

export interface WebAclSpec {
  platform: Platform;
  /** Part of names and metrics. */
  role: "viewers" | "balancer";
  description: string;
  scope: "CLOUDFRONT" | "REGIONAL";
  region: string;
  rules: AclRule[];
  /** Encrypts the log; a key of the ACL's region. */
  logsKeyArn: pulumi.Input<string>;
}

/** What a log, a sample or a metric must not show: whoever reads it could go on as that viewer. */
const HIDDEN_HEADERS = ["authorization", "cookie"];

/**
 * Logs what was refused or counted, and nothing of what passed. AWS WAF writes the log group's resource policy by
 * itself when logging is switched on (AWS WAF API reference, LoggingConfiguration).
 */
function createLog(parent: pulumi.Resource, name: string, spec: WebAclSpec, acl: aws.wafv2.WebAcl): void {
  const { platform, region } = spec;
  const group = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      region,
      name: webAclLogGroupName(platform.stack, spec.role),
      retentionInDays: platform.logRetentionDays,
      kmsKeyId: spec.logsKeyArn,
      tags: named(platform.tags, `${name}-logs`),
    },
    { parent },
  );
  new aws.wafv2.WebAclLoggingConfiguration(
    `${name}-logging`,
    {
      region,
      resourceArn: acl.arn,
      logDestinationConfigs: [group.arn],
      redactedFields: HIDDEN_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    },
    { parent },
  );
}

/**
 * A web ACL with its log.
 * Cost: $5 a month, $1 a rule, $0.60 for a million requests; Bot Control and the flood rules are paid for beside it.
 */
export function createWebAcl(parent: pulumi.Resource, name: string, spec: WebAclSpec): aws.wafv2.WebAcl {
  const { platform, region } = spec;
  const acl = new aws.wafv2.WebAcl(
    name,
    {
      region,
      scope: spec.scope,
      description: spec.description,
      defaultAction: { allow: {} },
      rules: rulesOf(spec.rules),
      visibilityConfig: visibility(webAclMetric(platform.stack, spec.role)),
      dataProtectionConfig: {
        dataProtections: [
          { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: ["authorization"] } },
          { action: "SUBSTITUTION", field: { fieldType: "SINGLE_COOKIE" } },
        ],
      },
      tags: named(platform.tags, name),
    },
    { parent },
  );
  createLog(parent, name, spec, acl);
  return acl;
}
