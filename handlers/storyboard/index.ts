/** λ storyboard: captures → sprite sheets, WebVTT, poster; then the title is ready. */
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
import { type BatchResponse, handleBatch, type QueueRecord } from "../batch";
import { DynamoTable } from "../ledger/dynamo";
import { TableLedger } from "../ledger/ledger";
import { storyboard } from "./core";

const env = readEnvironment(HANDLER_ENVIRONMENT.storyboard);
const { log, metrics, flush } = telemetry();
const ports = {
  ledger: new TableLedger(new DynamoTable(new DynamoDBClient(BOUNDED), env.LEDGER_TABLE), systemClock, uuids),
  store: s3Store(new S3Client(BOUNDED)),
  bus: eventBus(new EventBridgeClient(BOUNDED), env.BUS_NAME),
  clock: systemClock,
  log,
  metrics,
};
const config = { stack: env.STACK, mediaBucket: env.MEDIA_BUCKET };
const delay = messageDelay(new SQSClient(BOUNDED), env.QUEUE_URL);

export async function handler(event: { Records: QueueRecord[] }): Promise<BatchResponse> {
  const handle = (delivery: Parameters<typeof storyboard>[0]): Promise<void> => storyboard(delivery, ports, config);
  const response = await handleBatch(event.Records, handle, { delay, log, metrics });
  flush();
  return response;
}
