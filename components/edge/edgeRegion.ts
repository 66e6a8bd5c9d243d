import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { policyDocument } from "../../lib/iam";
import { keyAlias, webAclLogPrefix } from "../../lib/names";
import { named } from "../../lib/tags";
import type { AlertTopics } from "../shared/alarm";
import { encryptionKeyStatements, logGroupsOnKey, serviceOnKey } from "../shared/keyPolicy";
import { policyJson, stateful, type Platform } from "../shared/platform";
import { createTopic } from "../shared/topic";

/**
 * Where CloudFront keeps its web ACL, its metrics and its log deliveries, wherever the stack is (CloudFront Developer
 * Guide, "Standard logging (v2)" and "Monitor CloudFront metrics"; AWS WAF Developer Guide, "Web ACL scope").
 */
export const EDGE_REGION = "us-east-1";

/** What resources in `EDGE_REGION` write to: keys and topics of another region are of no use to them. */
export interface EdgeRegion {
  logsKeyArn: pulumi.Input<string>;
  alerts: AlertTopics;
}

function createKey(parent: pulumi.Resource, name: string, platform: Platform): aws.kms.Key {
  const region = EDGE_REGION;
  const key = new aws.kms.Key(
    name,
    {
      region,
      description: "Logs and alarms of the distribution",
      deletionWindowInDays: (platform.protect ?? true) ? 30 : 7,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      policy: policyJson(
        policyDocument([
          ...encryptionKeyStatements(platform),
          logGroupsOnKey(platform, region, [webAclLogPrefix(platform.stack)]),
          serviceOnKey("AlarmsToTopics", platform, "cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ]),
      ),
      tags: named(platform.tags, name),
    },
    stateful(platform, parent),
  );
  new aws.kms.Alias(
    `${name}-alias`,
    { region, name: keyAlias(platform.stack, "edge"), targetKeyId: key.keyId },
    { parent },
  );
  return key;
}

/**
 * The stack's own key and topics where it is in `EDGE_REGION`; else one key and two topics there, which want
 * subscribers of their own.
 */
export function edgeRegionOf(parent: pulumi.Resource, name: string, platform: Platform, own: EdgeRegion): EdgeRegion {
  if (platform.region === EDGE_REGION) return own;
  const key = createKey(parent, `${name}-edge`, platform);
  const spec = { platform, keyArn: key.arn, region: EDGE_REGION };
  return {
    logsKeyArn: key.arn,
    alerts: {
      criticalArn: createTopic(parent, `${name}-edge-critical`, spec),
      warningArn: createTopic(parent, `${name}-edge-warning`, spec),
    },
  };
}
