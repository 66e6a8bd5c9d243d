/** What lies between the handlers: buckets, table, service, bus, queues and who consumes them. */
import type { VideoChanged, VideoDetailType } from "../../contracts/events";
import { handleBatch, type QueueRecord } from "../../handlers/batch";
import { ingest } from "../../handlers/ingest/core";
import { uploadMessage } from "../../handlers/ingest/upload";
import { TableLedger } from "../../handlers/ledger/ledger";
import type { Table } from "../../handlers/ledger/schema";
import type { Transcoder } from "../../handlers/ports";
import { reconcile } from "../../handlers/reconcile/core";
import { storyboard } from "../../handlers/storyboard/core";
import { track } from "../../handlers/track/core";
import { parseMessage } from "../../services/worker/src/message";
import { CONFIG } from "../support/ingestConfig";
import { SimBucket, type SimObject, storeFrom } from "./bucket";
import { SimCatalogue } from "./catalogue";
import type { Content } from "./contents";
import { HOUR, latency, Machine, MINUTE, SECOND, type Sim } from "./machine";
import type { QueueName } from "./plan";
import { SimQueue } from "./queue";
import { SimService } from "./service";
import { SimTable, type Watch } from "./table";

/** What is put to the test. A test of the checker puts broken ones here. */
export interface Cores {
  ingest: typeof ingest;
  track: typeof track;
  storyboard: typeof storyboard;
  reconcile: typeof reconcile;
  /** Wraps what a machine reaches. */
  table: (table: Table) => Table;
  transcoder: (transcoder: Transcoder) => Transcoder;
}

export const CORES: Cores = {
  ingest,
  track,
  storyboard,
  reconcile,
  table: (table) => table,
  transcoder: (transcoder) => transcoder,
};

export interface Told {
  type: VideoDetailType;
  detail: VideoChanged;
}

/** Seconds of each consumer, as the program sets them: components/transcode/functions.ts and workQueues.ts. */
const LIFETIME = { ingest: 180, track: 180, storyboard: 900, worker: 86_400 } as const;
const VISIBILITY = { ingest: 6 * 180, track: 6 * 180, storyboard: 6 * 900, worker: 60 } as const;
const BATCH = { ingest: 5, track: 10, storyboard: 1, worker: 10 } as const;
const CONCURRENCY = { ingest: 5, track: 10, storyboard: 5, worker: 2 } as const;

export class Cloud {
  readonly ingestBucket: SimBucket;
  readonly media: SimBucket;
  readonly table: SimTable;
  readonly service: SimService;
  readonly catalogue = new SimCatalogue();
  readonly queues: Readonly<Record<QueueName, SimQueue>>;
  readonly told: Told[] = [];
  /** Events that reached no queue, until a person sends them on. */
  readonly undelivered: { queue: QueueName; body: string }[] = [];
  readonly machines = new Set<Machine>();
  /** While false, no event is lost. */
  chaos = true;
  private machineCount = 0;
  private idCount = 0;

  constructor(
    readonly sim: Sim,
    readonly cores: Cores,
    watch: Watch,
    private readonly hooks: { contentOf: (object: SimObject) => Content; onSend: (body: string) => void },
  ) {
    this.ingestBucket = new SimBucket(sim);
    this.media = new SimBucket(sim);
    this.table = new SimTable(sim, watch);
    this.service = new SimService(sim, {
      ingest: this.ingestBucket,
      media: this.media,
      contentOf: hooks.contentOf,
      send: (event) => this.route("track", event, 0.08),
    });
    const queue = (name: QueueName): SimQueue =>
      new SimQueue(sim, {
        name,
        visibility: VISIBILITY[name] * SECOND,
        mostOfABatch: BATCH[name],
        concurrency: CONCURRENCY[name],
        consume: (batch, done) => this.consume(name, batch, done),
      });
    this.queues = {
      ingest: queue("ingest"),
      track: queue("track"),
      storyboard: queue("storyboard"),
      worker: queue("worker"),
    };
  }

  machine(kind: string, lifetime: number, onEnd: () => void = () => undefined): Machine {
    this.machineCount += 1;
    const machine: Machine = new Machine(this.sim, kind, `${kind}-${this.machineCount}`, lifetime, () => {
      this.machines.delete(machine);
      onEnd();
    });
    this.machines.add(machine);
    return machine;
  }

  finish(machine: Machine): void {
    machine.end();
    this.machines.delete(machine);
  }

  /** EventBridge: at least once, in any order, or (of AWS's own events) not at all. */
  route(to: QueueName, event: object, loss: number): void {
    const { random, scheduler, seen } = this.sim;
    const body = JSON.stringify(event);
    if (this.chaos && random.chance(loss)) return void seen.add(`event to ${to}: lost`);
    const copies = random.chance(0.06) ? 2 : 1;
    if (copies > 1) seen.add(`event to ${to}: twice`);
    for (let copy = 0; copy < copies; copy += 1) {
      const kind = random.next();
      const delay =
        kind < 0.85 ? latency(this.sim) : kind < 0.985 ? random.between(0, 5 * MINUTE) : random.between(0, 5 * HOUR);
      scheduler.after(delay, () => this.arrive(to, body));
    }
  }

  arrive(to: QueueName, body: string): void {
    this.hooks.onSend(body);
    this.queues[to].send(body);
  }

  /** Our own bus keeps what it could not deliver. */
  private publish(to: QueueName, type: string, detail: object): void {
    const event = { id: "event", source: "vod.pipeline", "detail-type": type, detail };
    if (!this.chaos || !this.sim.random.chance(0.01)) return this.route(to, event, 0);
    this.sim.seen.add("bus: undelivered");
    this.undelivered.push({ queue: to, body: JSON.stringify(event) });
  }

  ports(machine: Machine) {
    const { sim } = this;
    const ids = {
      next: () => `01935f00-0000-7000-8000-${(this.idCount += 1).toString(16).padStart(12, "0")}`,
    };
    const clock = { now: machine.now };
    const writes = { writes: true };
    return {
      ledger: new TableLedger(this.cores.table(this.table.from(machine)), clock, ids),
      store: storeFrom({ ingest: this.ingestBucket, media: this.media }, machine),
      transcoder: this.cores.transcoder(this.service.from(machine)),
      clock,
      bus: {
        videoChanged: (type: VideoDetailType, detail: VideoChanged) =>
          machine.effect(
            `bus.${type}`,
            () => {
              this.told.push({ type, detail });
              this.publish("worker", type, detail);
            },
            writes,
          ),
        requestStoryboard: (detail: object) =>
          machine.effect(
            "bus.StoryboardRequested",
            () => this.publish("storyboard", "StoryboardRequested", detail),
            writes,
          ),
      },
      ingestQueue: {
        send: (upload: Parameters<typeof uploadMessage>[0]) =>
          machine.effect("queue.send", () => this.arrive("ingest", JSON.stringify(uploadMessage(upload))), writes),
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: (name: string) => void sim.counted.set(name, (sim.counted.get(name) ?? 0) + 1) },
    };
  }

  private consume(name: QueueName, batch: QueueRecord[], done: () => void): void {
    const { sim } = this;
    const machine = this.machine(name, LIFETIME[name] * SECOND, done);
    const fate = sim.faults.next(`${name}.received`, false);
    if (fate === "killAfter") sim.scheduler.after(latency(sim), () => machine.kill("killed"));
    else if (fate !== "ok") return machine.kill("killed");
    const work = name === "worker" ? this.work(machine, batch) : this.handle(name, machine, batch);
    sim.scheduler.wake();
    void work.then((finished) => {
      this.finish(machine);
      for (const { receiptHandle } of finished) this.remove(name, receiptHandle);
      done();
    });
  }

  private remove(name: QueueName, receiptHandle: string): void {
    const fate = this.sim.faults.next(`${name}.deleted`, true);
    if (fate !== "before" && fate !== "throttled" && fate !== "killBefore") this.queues[name].delete(receiptHandle);
  }

  /** A function of Lambda. Gives what its poller then deletes. */
  private async handle(
    name: Exclude<QueueName, "worker">,
    machine: Machine,
    batch: QueueRecord[],
  ): Promise<QueueRecord[]> {
    const ports = this.ports(machine);
    const { cores } = this;
    const handle = {
      ingest: ({ body }: { body: unknown }) => cores.ingest(body, ports, CONFIG),
      track: ({ body }: { body: unknown }) => cores.track(body, ports, CONFIG),
      storyboard: (delivery: { body: unknown; last: boolean }) => cores.storyboard(delivery, ports, CONFIG),
    }[name];
    const delay = (receiptHandle: string, seconds: number): Promise<void> =>
      machine.effect("delay", () => this.queues[name].delay(receiptHandle, seconds), { writes: true });
    const { batchItemFailures } = await handleBatch(batch, handle, { ...ports, delay });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    if (failed.size > 0 && failed.size < batch.length) this.sim.seen.add("batch: failed in part");
    return batch.filter(({ messageId }) => !failed.has(messageId));
  }

  /** The worker's loop: tries a good message until the database takes it, leaves a bad one to the queue. */
  private async work(machine: Machine, batch: QueueRecord[]): Promise<QueueRecord[]> {
    const finished: QueueRecord[] = [];
    for (const record of batch) {
      const { change } = parseMessage(record.body, CONFIG.stack);
      if (!change) {
        this.queues.worker.delay(record.receiptHandle, 1);
        continue;
      }
      for (let tries = 0; ; tries += 1) {
        try {
          await machine.effect("catalogue", () => this.catalogue.apply(change), { writes: true });
          finished.push(record);
          break;
        } catch {
          await machine.sleep(Math.min(30 * SECOND, 500 * 2 ** tries));
        }
      }
    }
    return finished;
  }

  /** One run of reconcile. */
  reconcile(): void {
    const machine = this.machine("reconcile", 180 * SECOND);
    const run = this.cores.reconcile(this.ports(machine), CONFIG);
    this.sim.scheduler.wake();
    void run.then(
      () => this.finish(machine),
      () => {
        this.sim.seen.add("reconcile: threw");
        this.finish(machine);
      },
    );
  }

  /** Sends what is dead or undelivered back, as a person does once the cause is gone; leaves what nobody will ever understand. */
  redrive(isNonsense: (body: string) => boolean): void {
    for (const queue of Object.values(this.queues)) queue.redrive(isNonsense);
    for (const { queue, body } of this.undelivered.splice(0)) this.arrive(queue, body);
  }
}
