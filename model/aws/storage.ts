/** S3 and DynamoDB. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { physicalName } from "../naming";

/** S3 limits a bucket's name to 63 characters (S3 User Guide, "Bucket naming rules"). */
const BUCKET_NAME_LIMIT = 63;

const bucket: Behaviour = (resource, context) => {
  const name = physicalName(resource, "bucket", BUCKET_NAME_LIMIT);
  return {
    id: name,
    outputs: {
      bucket: name,
      arn: arn(context, "s3", name, { region: "", accountId: "" }),
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
      region: context.region,
    },
  };
};

/** Setting resources of a bucket carry the bucket's name as their id. */
const bucketSetting: Behaviour = ({ inputs }) => ({ id: text(inputs.bucket), outputs: {} });

const table: Behaviour = (resource, context) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arn(context, "dynamodb", `table/${name}`) } };
};

export const STORAGE: Record<string, Behaviour> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketSetting,
  "aws:s3/bucketLogging:BucketLogging": bucketSetting,
  "aws:s3/bucketNotification:BucketNotification": bucketSetting,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting,
  "aws:s3/bucketPolicy:BucketPolicy": bucketSetting,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": bucketSetting,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketSetting,
  "aws:s3/bucketVersioning:BucketVersioning": bucketSetting,
  "aws:dynamodb/table:Table": table,
};
