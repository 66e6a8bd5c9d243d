import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { templateSettings } from "../../encoding/template";
import { serviceTrust } from "../../lib/iam";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";
import { jobGrants } from "./grants";

export interface MediaConvertSpec {
  platform: Platform;
  mediaBucket: pulumi.Input<string>;
  ingestBucketArn: pulumi.Input<string>;
  mediaBucketArn: pulumi.Input<string>;
  mediaKeyArn: pulumi.Input<string>;
  dataKeyArn: pulumi.Input<string>;
}

export interface MediaConvert {
  defaultQueue: aws.mediaconvert.Queue;
  priorityQueue: aws.mediaconvert.Queue;
  jobRole: aws.iam.Role;
}

/** On-demand queues: a reserved one is a commitment of twelve months, which code must not make. */
const createJobQueue = (
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  description: string,
): aws.mediaconvert.Queue =>
  new aws.mediaconvert.Queue(
    name,
    { description, pricingPlan: "ON_DEMAND", status: "ACTIVE", tags: named(platform.tags, name) },
    { parent },
  );

/**
 * The operators' template, for a source that the pipeline refuses. Only CloudFormation knows the type: neither the
 * provider nor Cloud Control has it.
 */
function createTemplate(
  parent: pulumi.Resource,
  name: string,
  spec: MediaConvertSpec,
  queue: aws.mediaconvert.Queue,
): aws.cloudformation.Stack {
  const { platform } = spec;
  const settings = pulumi
    .all([spec.mediaBucket, spec.mediaKeyArn])
    .apply(([mediaBucket, mediaKeyArn]) => templateSettings({ mediaBucket, mediaKeyArn }));
  const template = {
    Type: "AWS::MediaConvert::JobTemplate",
    Properties: {
      Category: "vod",
      Description: "Full ladder of 1080p; outputs under media/manual/",
      Queue: queue.arn,
      SettingsJson: settings,
      StatusUpdateInterval: "SECONDS_60",
      Tags: named(platform.tags, name),
    },
  };
  return new aws.cloudformation.Stack(
    name,
    {
      templateBody: pulumi.jsonStringify({ AWSTemplateFormatVersion: "2010-09-09", Resources: { Template: template } }),
      tags: named(platform.tags, name),
    },
    { parent },
  );
}

/** Two queues, so that an urgent title need not wait behind a bulk import, and the role that jobs run with. */
export function createMediaConvert(parent: pulumi.Resource, prefix: string, spec: MediaConvertSpec): MediaConvert {
  const { platform } = spec;
  const { role: jobRole } = createRole(parent, `${prefix}-job-role`, {
    platform,
    description: "What a transcoding job may read and write",
    trust: serviceTrust("mediaconvert.amazonaws.com", platform.accountId),
    grants: jobGrants(spec),
  });
  const defaultQueue = createJobQueue(parent, `${prefix}-default`, platform, "Every title");
  const priorityQueue = createJobQueue(parent, `${prefix}-priority`, platform, "Titles that cannot wait");
  createTemplate(parent, `${prefix}-template`, spec, defaultQueue);
  return { defaultQueue, priorityQueue, jobRole };
}
