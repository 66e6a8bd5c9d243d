/** Dead-letter queues: what lies in them, and sending it back to where it came from. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";

/** The URLs of a stack's queues, as its outputs give them. */
export interface QueueOutputs {
  ingestQueueUrl: string;
  transcodeEventsQueueUrl: string;
  storyboardQueueUrl: string;
  catalogueQueueUrl: string;
  /** What EventBridge and the scheduler could not deliver. */
  undeliveredQueueUrl: string;
}

export interface DeadQueue {
  /** As it is named to `redrive`. */
  queue: string;
  /** URL of the dead-letter queue. */
  url: string;
  /** Messages that can be read now; SQS counts approximately. */
  messages: number;
}

export interface Redriven {
  queue: string;
  /** Messages that are back in a queue of work. */
  moved: number;
  /** Messages that belong to no queue, such as a run of a schedule that did not happen. */
  left: number;
}

const WORK_QUEUES: Readonly<Record<string, keyof QueueOutputs>> = {
  ingest: "ingestQueueUrl",
  "transcode-events": "transcodeEventsQueueUrl",
  storyboard: "storyboardQueueUrl",
  catalogue: "catalogueQueueUrl",
};
const UNDELIVERED = "undelivered";

export const DEAD_QUEUE_NAMES: readonly string[] = [...Object.keys(WORK_QUEUES), UNDELIVERED];

/** Seconds for which a message that is being moved is hidden from a second redrive. */
const HIDDEN = 60;
/** Milliseconds between two looks at a move that SQS does by itself. */
const LOOK = 1_000;

async function attribute(client: SQSClient, QueueUrl: string, name: "QueueArn" | "RedrivePolicy"): Promise<string> {
  const request = { QueueUrl, AttributeNames: [name] };
  return (await client.send(new GetQueueAttributesCommand(request))).Attributes?.[name] ?? "";
}

async function count(client: SQSClient, QueueUrl: string): Promise<number> {
  const request = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages" as const] };
  const { Attributes } = await client.send(new GetQueueAttributesCommand(request));
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

const urlOf = async (client: SQSClient, arn: string): Promise<string> =>
  (await client.send(new GetQueueUrlCommand({ QueueName: arn.split(":").at(-1) }))).QueueUrl ?? "";

async function deadUrl(client: SQSClient, outputs: QueueOutputs, queue: string): Promise<string> {
  const output = WORK_QUEUES[queue];
  if (!output) return outputs.undeliveredQueueUrl;
  const policy = await attribute(client, outputs[output], "RedrivePolicy");
  return urlOf(client, (JSON.parse(policy) as { deadLetterTargetArn: string }).deadLetterTargetArn);
}

/** Every dead-letter queue of the stack, in the order of a title's way. */
export function deadQueues(client: SQSClient, outputs: QueueOutputs): Promise<DeadQueue[]> {
  return Promise.all(
    DEAD_QUEUE_NAMES.map(async (queue) => {
      const url = await deadUrl(client, outputs, queue);
      return { queue, url, messages: await count(client, url) };
    }),
  );
}

/** SQS moves by itself. @returns how many, or undefined where there is no such call: MiniStack has none. */
async function moveAtOnce(client: SQSClient, url: string, destination: string): Promise<number | undefined> {
  const SourceArn = await attribute(client, url, "QueueArn");
  const DestinationArn = await attribute(client, destination, "QueueArn");
  try {
    // Named, because SQS does not know the source of a message that somebody put there by hand.
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  } catch (error) {
    if ((error as Error).name === "InvalidAction") return undefined;
    throw error;
  }
  for (;;) {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const [task] = Results;
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === "COMPLETED") return moved;
    if (task?.Status !== "RUNNING")
      throw new Error(`the move ended as ${task?.Status ?? "unknown"} after ${moved} messages: ${task?.FailureReason}`);
    await new Promise((done) => setTimeout(done, LOOK));
  }
}

/** Where EventBridge wanted to put an event that it could not deliver (EventBridge User Guide, "Using dead-letter queues"). */
const targetOf = ({ MessageAttributes = {} }: Message): string | undefined => {
  const arn = MessageAttributes.TARGET_ARN?.StringValue;
  return arn?.split(":")[2] === "sqs" ? arn : undefined;
};

interface Move {
  from: string;
  /** URL of where this message goes; undefined: it stays. */
  to(message: Message): Promise<string | undefined>;
}

/** One by one, sent before it is deleted: a message may come twice, which the handlers bear, but is never lost. */
async function moveByHand(client: SQSClient, { from, to }: Move): Promise<Omit<Redriven, "queue">> {
  const result = { moved: 0, left: 0 };
  const kept: Message[] = [];
  // What fails again meanwhile and comes back here is for the next redrive.
  const most = await count(client, from);
  while (result.moved + result.left < most) {
    const request = { QueueUrl: from, VisibilityTimeout: HIDDEN, MessageAttributeNames: ["All"] };
    const [message] = (await client.send(new ReceiveMessageCommand(request))).Messages ?? [];
    if (!message) break;
    const QueueUrl = await to(message);
    if (QueueUrl === undefined) {
      kept.push(message);
      result.left += 1;
      continue;
    }
    const { Body: MessageBody, MessageAttributes } = message;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
    result.moved += 1;
  }
  for (const { ReceiptHandle } of kept)
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: from, ReceiptHandle, VisibilityTimeout: 0 }));
  return result;
}

/**
 * Sends the messages of a dead-letter queue back to its queue of work; undelivered events to the queue they were meant for.
 * @param queue one of DEAD_QUEUE_NAMES.
 */
export async function redrive(client: SQSClient, outputs: QueueOutputs, queue: string): Promise<Redriven> {
  const from = await deadUrl(client, outputs, queue);
  const output = WORK_QUEUES[queue];
  if (!output) {
    const to = async (message: Message): Promise<string | undefined> => {
      const arn = targetOf(message);
      return arn === undefined ? undefined : urlOf(client, arn);
    };
    return { queue, ...(await moveByHand(client, { from, to })) };
  }
  if ((await count(client, from)) === 0) return { queue, moved: 0, left: 0 };
  const moved = await moveAtOnce(client, from, outputs[output]);
  if (moved !== undefined) return { queue, moved, left: 0 };
  return { queue, ...(await moveByHand(client, { from, to: async () => outputs[output] })) };
}
