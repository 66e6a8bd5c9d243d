/** What each function and the job role may do, action by action and resource by resource. */
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { CAPTURE_PREFIX, JOB_HISTORY_PREFIX, MEDIA_PREFIX, POSTER_PREFIX } from "../../contracts/keys";
import { allow, allowEverywhere, type Condition, type Statement } from "../../lib/iam";
import { arnIn, type Platform } from "../shared/platform";
import type { Ledger } from "./ledger";
import type { WorkQueue } from "../shared/queues";

export interface GrantScope {
  platform: Platform;
  ingestBucketArn: pulumi.Input<string>;
  mediaBucketArn: pulumi.Input<string>;
  mediaKeyArn: pulumi.Input<string>;
  dataKeyArn: pulumi.Input<string>;
  ledger: Ledger;
  bus: aws.cloudwatch.EventBus;
  jobQueueArns: pulumi.Input<string>[];
  /** The interface endpoint by which MediaConvert is called. */
  transcoderEndpointId: pulumi.Input<string>;
}

/** By the VPC's endpoint alone: credentials that leak from a function start no job from elsewhere. */
const byEndpoint = ({ transcoderEndpointId }: GrantScope): Condition => ({
  StringEquals: { "aws:SourceVpce": transcoderEndpointId },
});

const keysUnder = (bucketArn: pulumi.Input<string>, prefix: string): pulumi.Output<string> =>
  pulumi.interpolate`${bucketArn}/${prefix}*`;

/** Use of the media key through S3 alone. */
const mediaKey = (scope: GrantScope, actions: string[]): Statement =>
  allow("UseMediaKey", actions, [scope.mediaKeyArn], {
    StringEquals: { "kms:ViaService": `s3.${scope.platform.region}.amazonaws.com` },
  });

const receive = ({ queue }: WorkQueue): Statement =>
  allow(
    "TakeMessages",
    ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    [queue.arn],
  );

const keepLedger = ({ ledger }: GrantScope): Statement =>
  allow("KeepLedger", ["dynamodb:GetItem", "dynamodb:PutItem"], [ledger.table.arn]);

const announce = ({ bus }: GrantScope): Statement => allow("Announce", ["events:PutEvents"], [bus.arn]);

/**
 * Without the right to list, S3 answers 403 for an object that does not exist. A condition on the prefix would not do: a
 * request for one object names none.
 */
const list = (sid: string, bucketArn: pulumi.Input<string>): Statement => allow(sid, ["s3:ListBucket"], [bucketArn]);

/** The full job and its outputs, as track and reconcile read and keep them. */
const followJobs = (scope: GrantScope): Statement[] => [
  allow("ReadJobs", ["mediaconvert:GetJob"], [arnIn(scope.platform, "mediaconvert", "jobs/*")], byEndpoint(scope)),
  allow("KeepJobs", ["s3:PutObject"], [keysUnder(scope.mediaBucketArn, JOB_HISTORY_PREFIX)]),
  list("FindOutputs", scope.mediaBucketArn),
  allow("ReadManifests", ["s3:GetObject"], [keysUnder(scope.mediaBucketArn, MEDIA_PREFIX)]),
  mediaKey(scope, ["kms:Decrypt", "kms:GenerateDataKey"]),
];

export const ingestGrants = (scope: GrantScope, source: WorkQueue, jobRoleArn: pulumi.Input<string>): Statement[] => [
  receive(source),
  keepLedger(scope),
  announce(scope),
  list("FindSources", scope.ingestBucketArn),
  allow("ReadSources", ["s3:GetObject"], [keysUnder(scope.ingestBucketArn, "")]),
  mediaKey(scope, ["kms:Decrypt"]),
  // A probe belongs to no queue and no job: IAM knows no resource for it.
  allowEverywhere("Probe", ["mediaconvert:Probe"], byEndpoint(scope)),
  allow("CreateJobs", ["mediaconvert:CreateJob"], scope.jobQueueArns, byEndpoint(scope)),
  allow("PassJobRole", ["iam:PassRole"], [jobRoleArn], {
    StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" },
  }),
];

export const trackGrants = (scope: GrantScope, source: WorkQueue): Statement[] => [
  receive(source),
  keepLedger(scope),
  announce(scope),
  ...followJobs(scope),
];

export const storyboardGrants = (scope: GrantScope, source: WorkQueue): Statement[] => [
  receive(source),
  keepLedger(scope),
  announce(scope),
  list("FindCaptures", scope.mediaBucketArn),
  allow("ReadCaptures", ["s3:GetObject"], [keysUnder(scope.mediaBucketArn, CAPTURE_PREFIX)]),
  allow(
    "WritePictures",
    ["s3:PutObject"],
    [MEDIA_PREFIX, POSTER_PREFIX].map((prefix) => keysUnder(scope.mediaBucketArn, prefix)),
  ),
  mediaKey(scope, ["kms:Decrypt", "kms:GenerateDataKey"]),
];

export const reconcileGrants = (scope: GrantScope, ingest: WorkQueue): Statement[] => [
  keepLedger(scope),
  allow("FindTitles", ["dynamodb:BatchGetItem"], [scope.ledger.table.arn]),
  allow("FindOverdue", ["dynamodb:Query"], [scope.ledger.outstandingArn]),
  announce(scope),
  ...followJobs(scope),
  list("FindSources", scope.ingestBucketArn),
  allow("ListJobs", ["mediaconvert:ListJobs"], scope.jobQueueArns, byEndpoint(scope)),
  allow("SendAgain", ["sqs:SendMessage"], [ingest.queue.arn]),
  allow("SealMessages", ["kms:GenerateDataKey"], [scope.dataKeyArn]),
];

/** MediaConvert's role: two buckets and one key (AWS Elemental MediaConvert User Guide, "Setting up IAM permissions"). */
export const jobGrants = (
  scope: Pick<GrantScope, "ingestBucketArn" | "mediaBucketArn" | "mediaKeyArn">,
): Statement[] => [
  allow("ReadSources", ["s3:GetObject"], [keysUnder(scope.ingestBucketArn, "")]),
  allow("FindSources", ["s3:GetBucketLocation", "s3:ListBucket"], [scope.ingestBucketArn]),
  allow(
    "WriteOutputs",
    ["s3:PutObject"],
    [MEDIA_PREFIX, CAPTURE_PREFIX].map((prefix) => keysUnder(scope.mediaBucketArn, prefix)),
  ),
  allow("UseMediaKey", ["kms:Decrypt", "kms:GenerateDataKey"], [scope.mediaKeyArn]),
];
