/** The SDK's clients on the emulator, one set for each region. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { ROOT_CREDENTIALS } from "./ministack.js";
import { Passage } from "./passage.js";

export interface CloudAddress {
  /** The emulator. */
  endpoint: string;
  /** The local MediaConvert. */
  mediaConvertEndpoint: string;
  /** The stack's own region. */
  region: string;
}

function clientsOf(address: CloudAddress, region: string) {
  const options = { endpoint: address.endpoint, region, credentials: ROOT_CREDENTIALS };
  return {
    alarms: new CloudWatchClient(options),
    logs: new CloudWatchLogsClient(options),
    tables: new DynamoDBClient(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    kms: new KMSClient(options),
    lambda: new LambdaClient(options),
    mediaConvert: new MediaConvertClient({ ...options, endpoint: address.mediaConvertEndpoint }),
    passage: new Passage(address.mediaConvertEndpoint),
    // A path-style address needs no name resolution of <bucket>.127.0.0.1.
    s3: new S3Client({ ...options, forcePathStyle: true }),
    scheduler: new SchedulerClient(options),
    topics: new SNSClient(options),
    queues: new SQSClient(options),
    sts: new STSClient(options),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

export interface Cloud {
  region: string;
  /** Clients of a region; default the stack's own. */
  in(region?: string): Clients;
  close(): void;
}

export function connectCloud(address: CloudAddress): Cloud {
  const regions = new Map<string, Clients>();
  return {
    region: address.region,
    in(region = address.region) {
      const clients = regions.get(region) ?? clientsOf(address, region);
      regions.set(region, clients);
      return clients;
    },
    close() {
      for (const clients of regions.values()) for (const client of Object.values(clients)) client.destroy();
    },
  };
}
