/** λ reconcile, every five minutes: overdue assets, and objects whose event never came. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { HANDLER_ENVIRONMENT, readEnvironment } from "../../contracts/environment";
import { systemClock, uuids } from "../aws/clock";
import { BOUNDED } from "../aws/limits";
import { eventBus, ingestQueue } from "../aws/messages";
import { s3Store } from "../aws/store";
import { telemetry } from "../aws/telemetry";
import { mediaConvert } from "../aws/transcoder";
import { DynamoTable } from "../ledger/dynamo";
import { TableLedger } from "../ledger/ledger";
import { reconcile } from "./core";

const env = readEnvironment(HANDLER_ENVIRONMENT.reconcile);
const { log, metrics, flush } = telemetry();
const ports = {
  ledger: new TableLedger(new DynamoTable(new DynamoDBClient(BOUNDED), env.LEDGER_TABLE), systemClock, uuids),
  store: s3Store(new S3Client(BOUNDED)),
  transcoder: mediaConvert(),
  bus: eventBus(new EventBridgeClient(BOUNDED), env.BUS_NAME),
  ingestQueue: ingestQueue(new SQSClient(BOUNDED), env.INGEST_QUEUE_URL),
  clock: systemClock,
  log,
  metrics,
};
const config = { stack: env.STACK, mediaBucket: env.MEDIA_BUCKET, ingestBucket: env.INGEST_BUCKET };

export async function handler(): Promise<void> {
  try {
    await reconcile(ports, config);
  } finally {
    flush();
  }
}
