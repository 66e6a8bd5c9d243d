/**
 * The loop that empties the catalogue queue. A message ends in one of three ways: applied (and removed), invalid (left,
 * so that the queue's redrive moves it to the dead-letter queue) or given back when the worker stops. While the database
 * is away the worker waits with what it holds: an outage must not carry good messages to the dead-letter queue.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { VideoChanged } from "../../../contracts/events.js";
import { isRefusal, type Outcome } from "./applyChange.js";
import { parseMessage } from "./message.js";

export interface QueueMessage {
  id: string;
  receipt: string;
  body: string;
  /** How often it was received, this time included. */
  receives: number;
}

export interface Queue {
  /** Waits for messages; up to 10, none after a while. */
  receive(visibilitySeconds: number, signal: AbortSignal): Promise<QueueMessage[]>;
  /** @returns how many could not be removed; they come again, which harms nothing. */
  remove(messages: QueueMessage[]): Promise<number>;
  /** Hides them for so long from now; 0 gives them back. */
  extend(messages: QueueMessage[], visibilitySeconds: number): Promise<void>;
}

export interface ConsumerOptions {
  queue: Queue;
  apply: (change: VideoChanged) => Promise<Outcome>;
  stack: string;
  log: Logger;
  /** Told at each look into the queue and at each try of a message: the loop goes on. */
  alive?: () => void;
  /** Milliseconds before the first new try after a fault; doubles up to `maxPause`. Default 500. */
  pause?: number;
  /** Milliseconds. Default 30,000. */
  maxPause?: number;
}

/** Seconds that a batch is hidden from other workers. It is extended while the work goes on. */
const VISIBILITY = 60;
/** Seconds. An invalid message uses up its receives soon: the sooner the dead-letter queue's alarm tells somebody. */
const INVALID_VISIBILITY = 1;
const EXTEND_EVERY = (VISIBILITY / 3) * 1_000;

export class Consumer {
  readonly #options: Required<ConsumerOptions>;
  readonly #stop = new AbortController();

  constructor(options: ConsumerOptions) {
    this.#options = { pause: 500, maxPause: 30_000, alive: () => undefined, ...options };
  }

  /** Ends the loop: the message in hand is finished, the rest of its batch given back. */
  stop(): void {
    this.#stop.abort();
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#stopping;) {
      this.#options.alive();
      try {
        const messages = await this.#options.queue.receive(VISIBILITY, this.#stop.signal);
        if (messages.length > 0) await this.#handle(messages);
        failures = 0;
      } catch (err) {
        if (this.#stopping) return;
        this.#options.log.error({ err }, "the queue does not answer");
        await this.#pause(failures++);
      }
    }
  }

  async #handle(messages: QueueMessage[]): Promise<void> {
    const { queue, log } = this.#options;
    const open = new Set(messages);
    const beat = setInterval(() => {
      queue.extend([...open], VISIBILITY).catch((err: unknown) => log.warn({ err }, "could not extend visibility"));
    }, EXTEND_EVERY);
    const done: QueueMessage[] = [];
    const invalid: QueueMessage[] = [];
    try {
      for (const message of messages) {
        if (this.#stopping) break;
        const finished = await this.#finish(message);
        if (finished === "given-up") break;
        open.delete(message);
        (finished === "done" ? done : invalid).push(message);
      }
    } finally {
      clearInterval(beat);
    }
    if (done.length > 0) {
      const left = await queue.remove(done);
      if (left > 0) log.warn({ left }, "messages could not be removed; they come again");
    }
    if (invalid.length > 0) await queue.extend(invalid, INVALID_VISIBILITY);
    if (open.size > 0) await queue.extend([...open], 0);
  }

  async #finish(message: QueueMessage): Promise<"done" | "invalid" | "given-up"> {
    const { log, stack, apply, alive } = this.#options;
    const { change, invalid } = parseMessage(message.body, stack);
    const about = { messageId: message.id, receives: message.receives };
    if (!change) {
      log.error({ ...about, invalid }, "invalid message: left for the dead-letter queue");
      return "invalid";
    }
    const title = { ...about, videoId: change.videoId, assetId: change.assetId, state: change.state };
    for (let failures = 0; ; failures += 1) {
      alive();
      try {
        const outcome = await apply(change);
        log.info({ ...title, outcome }, "catalogue");
        return "done";
      } catch (err) {
        if (isRefusal(err)) {
          log.error({ ...title, err }, "the database refuses the message's values: left for the dead-letter queue");
          return "invalid";
        }
        log.error({ ...title, err }, "the database does not answer: trying again");
        await this.#pause(failures);
        if (this.#stopping) return "given-up";
      }
    }
  }

  async #pause(failures: number): Promise<void> {
    const { pause, maxPause } = this.#options;
    const milliseconds = Math.min(maxPause, pause * 2 ** Math.min(failures, 20));
    await wait(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
