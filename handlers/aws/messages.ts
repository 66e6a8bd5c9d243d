/** The bus and the queues. */
import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { BUS_SOURCE } from "../../contracts/events";
import { uploadMessage } from "../ingest/upload";
import type { Bus, IngestQueue } from "../ports";

export function eventBus(client: EventBridgeClient, busName: string): Bus {
  const put = async (detailType: string, detail: object): Promise<void> => {
    const entry = { EventBusName: busName, Source: BUS_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) };
    const reply = await client.send(new PutEventsCommand({ Entries: [entry] }));
    // PutEvents answers 200 even when it took nothing.
    const refused = reply.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused) throw new Error(`the bus refused ${detailType}: ${refused.ErrorCode} ${refused.ErrorMessage}`);
  };
  return {
    videoChanged: (type, detail) => put(type, detail),
    requestStoryboard: (detail) => put("StoryboardRequested", detail),
  };
}

export function ingestQueue(client: SQSClient, queueUrl: string): IngestQueue {
  return {
    async send(upload) {
      const body = JSON.stringify(uploadMessage(upload));
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    },
  };
}

/** How a failed message is hidden for its back-off. */
export function messageDelay(client: SQSClient, queueUrl: string) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await client.send(new ChangeMessageVisibilityCommand(input));
  };
}
