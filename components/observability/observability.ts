import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../shared/platform";
import { createTopic } from "../shared/topic";

export interface VodObservabilityArgs {
  platform: Platform;
  /** Key that encrypts the notifications; its policy admits CloudWatch alarms. */
  dataKeyArn: pulumi.Input<string>;
}

/** Where alarms go: `critical` wakes somebody, `warning` waits for the morning. */
export class VodObservability extends pulumi.ComponentResource {
  public readonly criticalTopicArn: pulumi.Output<string>;
  public readonly warningTopicArn: pulumi.Output<string>;

  constructor(name: string, args: VodObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodObservability", name, args, opts);
    const publishers = { DatabaseEventsOfTheAccount: "events.rds.amazonaws.com" };
    const spec = { platform: args.platform, keyArn: args.dataKeyArn, publishers };
    this.criticalTopicArn = createTopic(this, `${name}-critical`, spec);
    this.warningTopicArn = createTopic(this, `${name}-warning`, spec);
    this.registerOutputs({ criticalTopicArn: this.criticalTopicArn, warningTopicArn: this.warningTopicArn });
  }
}
