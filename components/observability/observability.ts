import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admit, allow, denyPlainText, policyDocument } from "../../lib/iam";
import { named } from "../../lib/tags";
import { policyJson, type Platform } from "../shared/platform";

export interface VodObservabilityArgs {
  platform: Platform;
  /** Key that encrypts the notifications; its policy admits CloudWatch alarms. */
  dataKeyArn: pulumi.Input<string>;
}

function createTopic(parent: VodObservability, name: string, args: VodObservabilityArgs): aws.sns.Topic {
  const { platform, dataKeyArn } = args;
  const topic = new aws.sns.Topic(
    name,
    { kmsMasterKeyId: dataKeyArn, signatureVersion: 2, tags: named(platform.tags, name) },
    { parent },
  );
  new aws.sns.TopicPolicy(
    `${name}-policy`,
    {
      arn: topic.arn,
      policy: policyJson(
        policyDocument([
          admit(
            { Service: "cloudwatch.amazonaws.com" },
            allow("AlarmsOfTheAccount", ["sns:Publish"], [topic.arn], {
              StringEquals: { "aws:SourceAccount": platform.accountId },
            }),
          ),
          admit(
            { Service: "events.rds.amazonaws.com" },
            allow("DatabaseEventsOfTheAccount", ["sns:Publish"], [topic.arn], {
              StringEquals: { "aws:SourceAccount": platform.accountId },
            }),
          ),
          // SNS refuses the service's wildcard in a topic policy: it takes the actions of a topic alone.
          denyPlainText("sns:Publish", [topic.arn]),
        ]),
      ),
    },
    { parent },
  );
  return topic;
}

/** Where alarms go: `critical` wakes somebody, `warning` waits for the morning. */
export class VodObservability extends pulumi.ComponentResource {
  public readonly criticalTopicArn: pulumi.Output<string>;
  public readonly warningTopicArn: pulumi.Output<string>;

  constructor(name: string, args: VodObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodObservability", name, args, opts);
    this.criticalTopicArn = createTopic(this, `${name}-critical`, args).arn;
    this.warningTopicArn = createTopic(this, `${name}-warning`, args).arn;
    this.registerOutputs({ criticalTopicArn: this.criticalTopicArn, warningTopicArn: this.warningTopicArn });
  }
}
