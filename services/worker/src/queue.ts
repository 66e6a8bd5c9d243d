/** The catalogue queue, seen through SQS. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Queue, QueueMessage } from "./consumer.js";

/** Most messages of one call, and seconds of one long poll: SQS's own limits. */
const MOST_OF_A_BATCH = 10;
const LONG_POLL = 20;

/** Region, credentials and endpoint come from the environment. */
export function sqsQueue(url: string): Queue & { close: () => void } {
  const client = new SQSClient({
    requestHandler: { connectionTimeout: 2_000, requestTimeout: (LONG_POLL + 5) * 1_000, throwOnRequestTimeout: true },
  });
  const entries = (messages: QueueMessage[]): { Id: string; ReceiptHandle: string }[] =>
    messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
  return {
    receive: async (visibility, signal) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: MOST_OF_A_BATCH,
        WaitTimeSeconds: LONG_POLL,
        VisibilityTimeout: visibility,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      });
      const { Messages = [] } = await client.send(command, { abortSignal: signal });
      return Messages.map((message) => ({
        id: message.MessageId ?? "",
        receipt: message.ReceiptHandle ?? "",
        body: message.Body ?? "",
        receives: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
      }));
    },
    remove: async (messages) => {
      const { Failed = [] } = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries(messages) }),
      );
      return Failed.length;
    },
    extend: async (messages, visibility) => {
      const Entries = entries(messages).map((entry) => ({ ...entry, VisibilityTimeout: visibility }));
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    },
    close: () => client.destroy(),
  };
}
