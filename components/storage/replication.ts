import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { JOB_HISTORY_PREFIX, MEDIA_PREFIX, POSTER_PREFIX } from "../../contracts/keys";
import { allow, policyDocument } from "../../lib/iam";
import { named } from "../../lib/tags";
import type { CreatedBucket } from "../shared/bucket";
import { policyJson, type Platform } from "../shared/platform";

export interface ReplicationPair {
  role: string;
  source: CreatedBucket;
  replica: CreatedBucket;
  /** Prefixes that are copied; one empty prefix copies the whole bucket. */
  prefixes: string[];
  /** Class in which the copy arrives. */
  storageClass: string;
}

export interface ReplicationSpec {
  platform: Platform;
  recoveryRegion: pulumi.Input<string>;
  sourceKeyArn: pulumi.Input<string>;
  replicaKeyArn: pulumi.Input<string>;
  pairs: ReplicationPair[];
}

/** Captures can be made again from the master and are left out. */
export const MEDIA_REPLICATED = [MEDIA_PREFIX, POSTER_PREFIX, JOB_HISTORY_PREFIX];

const objects = (bucket: aws.s3.Bucket): pulumi.Output<string> => pulumi.interpolate`${bucket.arn}/*`;

/** Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects". */
function grants(spec: ReplicationSpec): pulumi.Output<string> {
  const { platform, pairs } = spec;
  const sources = pairs.map((pair) => pair.source.bucket);
  const replicas = pairs.map((pair) => pair.replica.bucket);
  const via = (region: pulumi.Input<string>) => ({
    StringEquals: { "kms:ViaService": pulumi.interpolate`s3.${region}.amazonaws.com` },
  });
  return policyJson(
    policyDocument([
      allow(
        "ReadConfiguration",
        ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        sources.map((bucket) => bucket.arn),
      ),
      allow(
        "ReadVersions",
        ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
        sources.map(objects),
      ),
      allow("WriteReplicas", ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], replicas.map(objects)),
      allow("DecryptSource", ["kms:Decrypt"], [spec.sourceKeyArn], via(platform.region)),
      allow("EncryptReplica", ["kms:Encrypt", "kms:GenerateDataKey"], [spec.replicaKeyArn], via(spec.recoveryRegion)),
    ]),
  );
}

function rule(pair: ReplicationPair, prefix: string, index: number, keyArn: pulumi.Input<string>) {
  return {
    id: prefix === "" ? "all" : prefix.replace("/", ""),
    status: "Enabled",
    priority: index + 1,
    filter: { prefix },
    deleteMarkerReplication: { status: "Enabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: pair.replica.bucket.arn,
      storageClass: pair.storageClass,
      encryptionConfiguration: { replicaKmsKeyId: keyArn },
    },
  };
}

/** Copies buckets to the recovery region. Existing objects are not copied: S3 Batch Replication does that once. */
export function createReplication(parent: pulumi.Resource, name: string, spec: ReplicationSpec): void {
  const { platform } = spec;
  const roleName = `${name}-replication`;
  const role = new aws.iam.Role(
    roleName,
    {
      description: "Lets S3 copy sources and renditions to the recovery region",
      // S3 documents no source account for live replication, so the trust has no condition.
      assumeRolePolicy: policyJson(
        policyDocument([
          { Sid: "Assume", Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: ["sts:AssumeRole"] },
        ]),
      ),
      tags: named(platform.tags, roleName),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(`${roleName}-grants`, { role: role.id, policy: grants(spec) }, { parent });
  for (const pair of spec.pairs) {
    new aws.s3.BucketReplicationConfig(
      `${name}-${pair.role}-replication`,
      {
        bucket: pair.source.bucket.bucket,
        role: role.arn,
        rules: pair.prefixes.map((prefix, index) => rule(pair, prefix, index, spec.replicaKeyArn)),
      },
      { parent, dependsOn: [pair.source.versioning, pair.replica.versioning, policy] },
    );
  }
}
