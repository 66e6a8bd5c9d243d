/** How the handlers are configured where no program configures them. */
import type { IngestConfig } from "../../handlers/ingest/ports";

export const CONFIG: IngestConfig = {
  stack: "dev",
  maxTitlePrice: 25,
  ingestBucket: "ingest",
  mediaBucket: "media",
  mediaKeyArn: "arn:aws:kms:us-east-1:000000000000:key/media",
  roleArn: "arn:aws:iam::000000000000:role/job",
  queueArn: "arn:aws:mediaconvert:us-east-1:000000000000:queues/default",
};
