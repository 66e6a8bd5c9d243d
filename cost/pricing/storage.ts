/** What is kept, made and delivered. */
import { ALLOWANCES, transferPrice } from "../prices";
import { GB_PER_TITLE_RECORD, NORMALISED_PER_MINUTE } from "../usage";
import { beyond, line, sum, thousands, usd, type Pricing } from "./pricing";

export const STORAGE: Readonly<Record<string, Pricing>> = {
  "aws:dynamodb/table:Table": (_, { messages, titles }) => {
    const gb = titles * GB_PER_TITLE_RECORD;
    const calls = sum(["dynamoWrite", messages * 2], ["dynamoRead", messages * 2]);
    const kept = sum(["dynamoStorage", gb], ["dynamoRecovery", gb]);
    return [line("Storage", "DynamoDB ledger, on demand", calls + kept, "with point-in-time recovery")];
  },
  "aws:s3/bucket:Bucket": (_, { sourceGb, renditionGb, segments }) => [
    line("Storage", "S3 sources", sum(["s3Standard", sourceGb]), `${thousands(sourceGb)} GB, in their first month`),
    line(
      "Storage",
      "S3 renditions",
      sum(["s3Standard", renditionGb], ["s3Put", segments]),
      `${thousands(renditionGb)} GB, in their first month`,
    ),
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (_, { sourceGb, renditionGb }) => {
    const gb = sourceGb + renditionGb;
    const cost = sum(["s3InfrequentAccess", gb], ["regionTransfer", gb]);
    return [line("Storage", "S3 copy in the recovery region", cost, "Standard-IA, and the way there")];
  },
  "aws:mediaconvert/queue:Queue": (_, { sourceMinutes }) => {
    const minute = sum(["mediaConvertBasicMinute", NORMALISED_PER_MINUTE]);
    const why = `${thousands(sourceMinutes)} minutes of 1080p at ${usd(minute, 4)}`;
    return [line("MediaConvert", "Transcoding, basic tier", sourceMinutes * minute, why)];
  },
  "aws:cloudfront/distribution:Distribution": (_, { transferGb, cdnRequests }) => {
    const requests = sum(["cloudfrontRequest", beyond(cdnRequests, ALLOWANCES.cloudfrontRequests)]);
    const why = `${thousands(transferGb)} GB to the United States and Europe; 1 TB and 10 million requests are free`;
    return [line("Network", "CloudFront, pay as you go", transferPrice(transferGb) + requests, why)];
  },
};
