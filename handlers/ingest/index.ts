/** λ ingest: the ingest queue → claim, sniff, probe, price, CreateJob. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { HANDLER_ENVIRONMENT, readEnvironment } from "../../contracts/environment";
import { systemClock, uuids } from "../aws/clock";
import { BOUNDED } from "../aws/limits";
import { eventBus, messageDelay } from "../aws/messages";
import { s3Store } from "../aws/store";
import { telemetry } from "../aws/telemetry";
import { mediaConvert } from "../aws/transcoder";
import { type BatchResponse, handleBatch, type QueueRecord } from "../batch";
import { DynamoTable } from "../ledger/dynamo";
import { TableLedger } from "../ledger/ledger";
import { ingest } from "./core";
import type { IngestConfig } from "./ports";

const env = readEnvironment(HANDLER_ENVIRONMENT.ingest);
const { log, metrics, flush } = telemetry();
const ports = {
  ledger: new TableLedger(new DynamoTable(new DynamoDBClient(BOUNDED), env.LEDGER_TABLE), systemClock, uuids),
  store: s3Store(new S3Client(BOUNDED)),
  transcoder: mediaConvert(),
  bus: eventBus(new EventBridgeClient(BOUNDED), env.BUS_NAME),
  clock: systemClock,
  log,
  metrics,
};
const config: IngestConfig = {
  stack: env.STACK,
  maxTitlePrice: Number(env.MAX_TITLE_PRICE),
  ingestBucket: env.INGEST_BUCKET,
  mediaBucket: env.MEDIA_BUCKET,
  mediaKeyArn: env.MEDIA_KEY_ARN,
  roleArn: env.JOB_ROLE_ARN,
  queueArn: env.JOB_QUEUE_ARN,
};
if (!(config.maxTitlePrice >= 0)) throw new Error(`MAX_TITLE_PRICE is no price in USD: ${env.MAX_TITLE_PRICE}`);
const delay = messageDelay(new SQSClient(BOUNDED), env.QUEUE_URL);

export async function handler(event: { Records: QueueRecord[] }): Promise<BatchResponse> {
  const response = await handleBatch(event.Records, ({ body }) => ingest(body, ports, config), { delay, log, metrics });
  flush();
  return response;
}
