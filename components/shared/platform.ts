import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { formatArn, partitionOf } from "../../lib/arn";
import type { PolicyDocument } from "../../lib/iam";

/** What every component must know of the stack it stands in. */
export interface Platform {
  /** Name of the stack, at most 42 characters. */
  stack: string;
  /** Region of everything but what CloudFront and the recovery copy need elsewhere. */
  region: string;
  /** Account that the stack is deployed to. */
  accountId: pulumi.Input<string>;
  /** Days that log groups keep their events; one of CloudWatch's own values. */
  logRetentionDays: number;
  /**
   * Keeps stateful resources (keys, buckets, tables) from being deleted: Pulumi's `protect` and `retainOnDelete`, and
   * the service's own deletion protection.
   * @default true
   */
  protect?: boolean;
  /**
   * Tags of every resource; `Name` is added.
   * @default - none
   */
  tags?: { [key: string]: string };
}

/** The account of the credentials that run the program. */
export const currentAccountId = (): pulumi.Output<string> => aws.getCallerIdentityOutput().accountId;

/** Options of a stateful child. They are set on each child: `retainOnDelete` is not inherited by every SDK. */
export function stateful(platform: Platform, parent: pulumi.Resource): pulumi.CustomResourceOptions {
  const keep = platform.protect ?? true;
  return { parent, protect: keep, retainOnDelete: keep };
}

/** ARN in the platform's account; `region` is the platform's unless it is given (empty for global services). */
export function arnIn(
  platform: Platform,
  service: string,
  resource: pulumi.Input<string>,
  region: string = platform.region,
): pulumi.Output<string> {
  const partition = partitionOf(platform.region);
  return pulumi
    .all([platform.accountId, resource])
    .apply(([account, path]) => formatArn({ partition, service, region, account, resource: path }));
}

/** A document as the JSON text that the services take. */
export const policyJson = (document: PolicyDocument): pulumi.Output<string> => pulumi.jsonStringify(document);
