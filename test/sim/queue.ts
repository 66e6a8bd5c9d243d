/** A standard SQS queue with its dead-letter queue and the poller that feeds a consumer from it. */
import { MAX_RECEIVE_COUNT } from "../../contracts/queues";
import type { QueueRecord } from "../../handlers/batch";
import { latency, MINUTE, note, SECOND, type Sim } from "./machine";

interface Message {
  id: string;
  body: string;
  receives: number;
  /** True time until which nobody else receives it. */
  hiddenUntil: number;
  deleted: boolean;
  waiting: boolean;
}

export interface QueueSpec {
  name: string;
  /** Milliseconds. */
  visibility: number;
  mostOfABatch: number;
  /** Consumers that run at once. */
  concurrency: number;
  /** Takes a batch; calls `done` when its consumer has ended, however. */
  consume: (batch: QueueRecord[], done: () => void) => void;
}

export class SimQueue {
  readonly dead: Message[] = [];
  private readonly waiting: Message[] = [];
  private readonly messages = new Map<string, Message>();
  private busy = 0;
  private sent = 0;

  constructor(
    private readonly sim: Sim,
    readonly spec: QueueSpec,
  ) {}

  /** Messages neither deleted nor dead. */
  get open(): number {
    return this.messages.size;
  }

  get bodies(): string[] {
    return [...this.messages.values()].map(({ body }) => body);
  }

  send(body: string): void {
    const { sim, spec } = this;
    this.sent += 1;
    const message: Message = {
      id: `${spec.name}-${this.sent}`,
      body,
      receives: 0,
      hiddenUntil: 0,
      deleted: false,
      waiting: false,
    };
    this.messages.set(message.id, message);
    const delay = sim.random.chance(0.9) ? latency(sim) : sim.random.between(0, 2 * MINUTE);
    sim.scheduler.after(delay, () => this.show(message));
  }

  private show(message: Message): void {
    if (message.deleted || message.waiting || this.dead.includes(message)) return;
    message.waiting = true;
    this.waiting.push(message);
    this.sim.scheduler.after(this.sim.random.between(0, SECOND), () => this.poll());
  }

  private poll(): void {
    const { sim, spec } = this;
    if (this.busy >= spec.concurrency || this.waiting.length === 0) return;
    const batch: QueueRecord[] = [];
    for (let room = 1 + sim.random.int(spec.mostOfABatch); room > 0 && this.waiting.length > 0; room -= 1) {
      const [message] = this.waiting.splice(sim.random.int(this.waiting.length), 1);
      const received = message && this.receive(message);
      if (received) batch.push(received);
    }
    if (batch.length === 0) return;
    this.busy += 1;
    let over = false;
    spec.consume(batch, () => {
      if (over) return;
      over = true;
      this.busy -= 1;
      sim.scheduler.after(latency(sim), () => this.poll());
    });
    if (this.waiting.length > 0) sim.scheduler.after(latency(sim), () => this.poll());
  }

  private receive(message: Message): QueueRecord | undefined {
    const { sim, spec } = this;
    message.waiting = false;
    if (message.deleted) return undefined;
    if (message.receives >= MAX_RECEIVE_COUNT) {
      this.messages.delete(message.id);
      this.dead.push(message);
      sim.seen.add(`dead letter: ${spec.name}`);
      note(sim, spec.name, `${message.id} is dead`, "fail");
      return undefined;
    }
    message.receives += 1;
    this.hide(message, spec.visibility);
    // At least once: the same message may be handed out a second time while it is hidden.
    const fate = sim.faults.next(`${spec.name}.handed-out`, true);
    if (fate === "twice") {
      sim.seen.add("queue: the same message twice at once");
      sim.scheduler.after(sim.random.between(0, 5 * SECOND), () => this.show(message));
    } else if (fate !== "ok") {
      sim.seen.add("queue: a receive without its reply");
      return undefined;
    }
    const receiptHandle = `${message.id}:${message.receives}`;
    const attributes = { ApproximateReceiveCount: String(message.receives) };
    return { messageId: message.id, receiptHandle, body: message.body, attributes };
  }

  private hide(message: Message, milliseconds: number): void {
    const { scheduler } = this.sim;
    message.hiddenUntil = scheduler.now + milliseconds;
    scheduler.after(milliseconds, () => {
      if (scheduler.now >= message.hiddenUntil) this.show(message);
    });
  }

  private held(receiptHandle: string): Message | undefined {
    return this.messages.get(receiptHandle.split(":")[0] ?? "");
  }

  /** ChangeMessageVisibility. A receipt of an earlier receive no longer counts. */
  delay(receiptHandle: string, seconds: number): void {
    const message = this.held(receiptHandle);
    if (message && receiptHandle === `${message.id}:${message.receives}`) this.hide(message, seconds * SECOND);
  }

  delete(receiptHandle: string): void {
    const message = this.held(receiptHandle);
    if (!message) return;
    message.deleted = true;
    this.messages.delete(message.id);
  }

  /** Sends the dead letters back, apart from those that are left for good. */
  redrive(leave: (body: string) => boolean): void {
    for (const message of this.dead.splice(0)) {
      if (leave(message.body)) {
        this.dead.push(message);
        continue;
      }
      note(this.sim, this.spec.name, `${message.id} re-driven`, "ok");
      this.sim.seen.add(`re-driven: ${this.spec.name}`);
      this.send(message.body);
    }
  }
}
