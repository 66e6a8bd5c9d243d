/** The events of jobs, in order, on the default bus. One that is not delivered stays in the state file and is tried again. */
import { setTimeout as sleep } from "node:timers/promises";
import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { errorText } from "./aws";
import { now, type Store, type WireJob } from "./store";

export type EventStatus = "INPUT_INFORMATION" | "PROGRESSING" | "STATUS_UPDATE" | "COMPLETE" | "ERROR" | "CANCELED";

/** Milliseconds between two tries: doubled up to the last. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;

export class Events {
  private readonly stopped = new AbortController();
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly client: EventBridgeClient,
    private readonly store: Store,
    private readonly account: string,
    private readonly log: (message: string) => void,
  ) {
    this.start();
  }

  /** Queues one event; the caller saves the state together with the change that the event tells of. */
  add(job: WireJob, status: EventStatus, more: Record<string, unknown> = {}): void {
    const { queue, id: jobId, arn, userMetadata } = job;
    const detail = { timestamp: Date.now(), accountId: this.account, queue, jobId, status, userMetadata, ...more };
    this.store.state.outbox.push({ time: now(), resources: [arn], detail });
    this.start();
  }

  private start(): void {
    if (this.pumping || this.stopped.signal.aborted || this.store.state.outbox.length === 0) return;
    this.pumping = this.pump().finally(() => {
      this.pumping = undefined;
      // An event may have come between the last look and now.
      this.start();
    });
  }

  private async pump(): Promise<void> {
    // Lets the caller's change and its save come first.
    await Promise.resolve();
    let pause = FIRST_PAUSE;
    const { outbox } = this.store.state;
    for (let next = outbox[0]; next && !this.stopped.signal.aborted; next = outbox[0]) {
      try {
        await this.put(next);
        outbox.shift();
        this.store.save();
        pause = FIRST_PAUSE;
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        this.log(`event ${String(next.detail.status)} of ${String(next.detail.jobId)} waits: ${errorText(error)}`);
        await sleep(pause, undefined, { signal: this.stopped.signal }).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  private async put(event: (typeof this.store.state.outbox)[number]): Promise<void> {
    const entry = {
      Source: "aws.mediaconvert",
      DetailType: "MediaConvert Job State Change",
      Time: new Date(event.time * 1000),
      Resources: event.resources,
      Detail: JSON.stringify(event.detail),
    };
    const options = { abortSignal: this.stopped.signal };
    const { Entries } = await this.client.send(new PutEventsCommand({ Entries: [entry] }), options);
    const refused = Entries?.[0]?.ErrorCode;
    if (refused) throw new Error(`${refused}: ${Entries[0]?.ErrorMessage ?? ""}`);
  }

  /** Waits for what is on its way; what is left is sent after the next start. */
  async close(): Promise<void> {
    this.stopped.abort();
    await this.pumping;
  }
}
