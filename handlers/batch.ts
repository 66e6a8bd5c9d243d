/** A batch of queue messages: each on its own, so that a bad one holds nobody up, and a failed one comes back later and later. */
import { createHash } from "node:crypto";
import { BACK_OFF, MAX_RECEIVE_COUNT } from "../contracts/queues";
import { Malformed, TryLater } from "./errors";
import type { Log, Metrics } from "./ports";

export interface QueueRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
}

export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** A message, parsed. */
export interface Delivery {
  body: unknown;
  /** True when the queue will not deliver it again. */
  last: boolean;
}

export interface BatchPorts {
  /** Hides a message for so many seconds. */
  delay(receiptHandle: string, seconds: number): Promise<void>;
  log: Log;
  metrics: Metrics;
}

/** Seconds until the next try: 5, 10, 20 … 300. @param received how often the message has been received, from 1. */
export function backOff(received: number): number {
  return Math.min(BACK_OFF.most, BACK_OFF.first * 2 ** Math.max(0, received - 1));
}

/**
 * The same or down to half of it, by the message and the try: many that are throttled together would else come back together
 * and be throttled again, to the last try.
 */
export function spreadBackOff(received: number, messageId: string): number {
  const share = createHash("sha256").update(`${messageId} ${received}`).digest().readUInt32BE() / 2 ** 32;
  return Math.max(1, Math.round(backOff(received) * (0.5 + share / 2)));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Malformed("the message is not JSON");
  }
}

const isLast = ({ attributes }: QueueRecord): boolean =>
  Number(attributes.ApproximateReceiveCount) >= MAX_RECEIVE_COUNT;

async function fail(record: QueueRecord, error: unknown, ports: BatchPorts): Promise<void> {
  const received = Number(record.attributes.ApproximateReceiveCount);
  const malformed = error instanceof Malformed;
  // After its last try nothing waits for it: the next look at the queue moves it to the dead-letter queue, whose alarm calls.
  const wait = malformed ? BACK_OFF.malformed : spreadBackOff(received, record.messageId);
  const seconds = isLast(record) ? 0 : wait;
  const fields = { messageId: record.messageId, received, seconds, error };
  if (error instanceof TryLater) ports.log.warn("message put off", fields);
  else ports.log.error("message failed", fields);
  ports.metrics.count(malformed ? "MalformedMessage" : "FailedMessage");
  try {
    await ports.delay(record.receiptHandle, seconds);
  } catch (cause) {
    // It then comes back after the queue's own visibility time-out.
    ports.log.warn("back-off could not be set", { messageId: record.messageId, error: cause });
  }
}

/** Handles every record, together, and names those that failed. Never throws. */
export async function handleBatch(
  records: readonly QueueRecord[],
  handle: (delivery: Delivery) => Promise<void>,
  ports: BatchPorts,
): Promise<BatchResponse> {
  const failures = await Promise.all(
    records.map(async (record) => {
      try {
        await handle({ body: parse(record.body), last: isLast(record) });
        return [];
      } catch (error) {
        await fail(record, error, ports);
        return [{ itemIdentifier: record.messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}
