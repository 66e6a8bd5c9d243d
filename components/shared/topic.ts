import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admit, allow, denyPlainText, policyDocument } from "../../lib/iam";
import { named } from "../../lib/tags";
import { policyJson, type Platform } from "./platform";

export interface TopicSpec {
  platform: Platform;
  /** Encrypts the notifications; its policy admits whoever publishes. */
  keyArn: pulumi.Input<string>;
  /** AWS services of the account that publish, beside CloudWatch's alarms, by the statement's id. */
  publishers?: Record<string, string>;
  /** @default - the platform's */
  region?: pulumi.Input<string>;
}

/** A topic that alarms of the account, and nobody outside it, publish on. Returns its ARN. */
export function createTopic(parent: pulumi.Resource, name: string, spec: TopicSpec): pulumi.Output<string> {
  const { platform, keyArn, region } = spec;
  const place = region === undefined ? {} : { region };
  const topic = new aws.sns.Topic(
    name,
    { ...place, kmsMasterKeyId: keyArn, signatureVersion: 2, tags: named(platform.tags, name) },
    { parent },
  );
  const publishers = { AlarmsOfTheAccount: "cloudwatch.amazonaws.com", ...spec.publishers };
  const ofTheAccount = { StringEquals: { "aws:SourceAccount": platform.accountId } };
  const statements = [
    ...Object.entries(publishers).map(([sid, Service]) =>
      admit({ Service }, allow(sid, ["sns:Publish"], [topic.arn], ofTheAccount)),
    ),
    // SNS refuses the service's wildcard in a topic policy: it takes the actions of a topic alone.
    denyPlainText("sns:Publish", [topic.arn]),
  ];
  new aws.sns.TopicPolicy(
    `${name}-policy`,
    { ...place, arn: topic.arn, policy: policyJson(policyDocument(statements)) },
    { parent },
  );
  return topic.arn;
}
