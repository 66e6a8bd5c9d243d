import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { logGroupName } from "../../lib/names";
import { named } from "../../lib/tags";
import type { Platform } from "./platform";

/** `/vod/<stack>/<role>`, encrypted and with an end: a group that a service makes by itself has neither. */
export function createLogGroup(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  role: string,
  keyArn: pulumi.Input<string>,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-${role}-logs`,
    {
      name: logGroupName(platform.stack, role),
      retentionInDays: platform.logRetentionDays,
      kmsKeyId: keyArn,
      tags: named(platform.tags, `${name}-${role}-logs`),
    },
    { parent },
  );
}
