import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { denyPlainText, policyDocument, type Statement } from "../../lib/iam";
import { policyJson } from "./platform";

/** A bucket's policy: TLS only, and whom else the caller admits. S3 keeps one policy a bucket. */
export function createBucketPolicy(
  parent: pulumi.Resource,
  prefix: string,
  bucket: { name: pulumi.Input<string>; arn: pulumi.Input<string> },
  statements: Statement[],
  region?: pulumi.Input<string>,
): aws.s3.BucketPolicy {
  const all = [bucket.arn, pulumi.interpolate`${bucket.arn}/*`];
  return new aws.s3.BucketPolicy(
    `${prefix}-policy`,
    {
      bucket: bucket.name,
      ...(region && { region }),
      policy: policyJson(policyDocument([denyPlainText("s3:*", all), ...statements])),
    },
    { parent },
  );
}
