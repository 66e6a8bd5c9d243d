import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { allow, serviceTrust } from "../../lib/iam";
import { createBucket, type LifecycleRule } from "../shared/bucket";
import { createBucketPolicy } from "../shared/bucketPolicy";
import type { Platform } from "../shared/platform";
import { createRole } from "../shared/role";

export interface SnapshotStore {
  bucket: aws.s3.Bucket;
  role: aws.iam.Role;
}

/**
 * Nothing here goes to a colder class: OpenSearch reads and deletes the files of old snapshots at any time, and those in
 * Glacier would make the repository unreadable (Developer Guide, "Creating index snapshots"). It deletes by itself;
 * what it has deleted can be brought back for a week.
 */
const LIFECYCLE: LifecycleRule[] = [
  { id: "housekeeping", prefix: "", noncurrentDays: 7, abortUploadsAfterDays: 7, removeLoneMarkers: true },
];

/** The bucket of the snapshots, and the role that OpenSearch takes to reach it. */
export function createSnapshotStore(
  parent: pulumi.Resource,
  name: string,
  spec: {
    platform: Platform;
    searchKeyArn: pulumi.Input<string>;
    accessLogBucket?: pulumi.Input<string>;
  },
): SnapshotStore {
  const { platform, searchKeyArn, accessLogBucket } = spec;
  const { bucket } = createBucket(parent, name, {
    platform,
    role: "search-snapshots",
    keyArn: searchKeyArn,
    lifecycle: LIFECYCLE,
    ...(accessLogBucket !== undefined && { accessLogBucket }),
  });
  createBucketPolicy(parent, `${name}-search-snapshots`, { name: bucket.bucket, arn: bucket.arn }, []);
  const { role } = createRole(parent, `${name}-search-snapshots-role`, {
    platform,
    description: "Keeps and reads snapshots of the search domain",
    trust: serviceTrust("es.amazonaws.com", platform.accountId),
    grants: [
      allow("FindSnapshots", ["s3:ListBucket"], [bucket.arn]),
      allow(
        "KeepSnapshots",
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        [pulumi.interpolate`${bucket.arn}/*`],
      ),
      allow("SealSnapshots", ["kms:Decrypt", "kms:GenerateDataKey"], [searchKeyArn], {
        StringEquals: { "kms:ViaService": `s3.${platform.region}.amazonaws.com` },
      }),
    ],
  });
  return { bucket, role };
}
