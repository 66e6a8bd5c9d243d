import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { MEDIA_PREFIX, POSTER_PREFIX } from "../../contracts/keys";
import { admit, admitToKey, allow, policyDocument, type Condition } from "../../lib/iam";
import { createBucketPolicy } from "../shared/bucketPolicy";
import { encryptionKeyStatements } from "../shared/keyPolicy";
import { policyJson, type Platform } from "../shared/platform";

/** A bucket that the distribution serves. */
export interface ServedBucket {
  name: pulumi.Input<string>;
  arn: pulumi.Input<string>;
  /** Regional DNS name. */
  domain: pulumi.Input<string>;
}

/** The media bucket's copy, which stands in for it. */
export interface ReplicaBucket extends ServedBucket {
  region: pulumi.Input<string>;
  /** Encrypts the copies of sources and renditions; its policy is written here, because it names the distribution. */
  keyArn: pulumi.Input<string>;
}

export interface AdmissionSpec {
  platform: Platform;
  media: ServedBucket;
  mediaReplica: ReplicaBucket;
  web: ServedBucket;
  mediaKeyArn: pulumi.Input<string>;
  distributionArn: pulumi.Output<string>;
}

const CLOUDFRONT = { Service: "cloudfront.amazonaws.com" };

function admitToMediaKey(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  byUs: Condition,
  key: { arn: pulumi.Input<string>; region?: pulumi.Input<string> },
): void {
  new aws.kms.KeyPolicy(
    name,
    {
      ...(key.region !== undefined && { region: key.region }),
      keyId: key.arn,
      policy: policyJson(
        policyDocument([
          ...encryptionKeyStatements(platform),
          admitToKey("Distribution", CLOUDFRONT, ["kms:Decrypt"], byUs),
        ]),
      ),
    },
    { parent },
  );
}

/** Buckets and keys, of both regions, admit the distribution, and no other one. */
export function admitDistribution(parent: pulumi.Resource, name: string, spec: AdmissionSpec): void {
  const { platform, media, mediaReplica, web } = spec;
  const byUs = { StringEquals: { "aws:SourceArn": spec.distributionArn } };
  const read = (keys: pulumi.Input<string>[]) => admit(CLOUDFRONT, allow("Distribution", ["s3:GetObject"], keys, byUs));
  const served = ({ arn }: ServedBucket) =>
    read([MEDIA_PREFIX, POSTER_PREFIX].map((prefix) => pulumi.interpolate`${arn}/${prefix}*`));
  createBucketPolicy(parent, `${name}-media`, media, [served(media)]);
  createBucketPolicy(parent, `${name}-media-replica`, mediaReplica, [served(mediaReplica)], mediaReplica.region);
  createBucketPolicy(parent, `${name}-web`, web, [read([pulumi.interpolate`${web.arn}/*`])]);
  admitToMediaKey(parent, `${name}-media-key-policy`, platform, byUs, { arn: spec.mediaKeyArn });
  admitToMediaKey(parent, `${name}-media-replica-key-policy`, platform, byUs, {
    arn: mediaReplica.keyArn,
    region: mediaReplica.region,
  });
}
