/** One history: a plan played in a cloud, then healed and left alone until nothing more happens. */
import { operations, type Verdict } from "../../handlers/operations";
import { Cloud, type Cores } from "./cloud";
import { bodyOf, type Content } from "./contents";
import { Faults } from "./faults";
import { HOUR, type Machine, MINUTE, note, SECOND, type Sim } from "./machine";
import { NONSENSE } from "./nonsense";
import type { Action, Plan } from "./plan";
import { Random } from "./random";
import { Scheduler } from "./scheduler";
import { Watcher } from "./watch";

const START = Date.parse("2026-11-24T12:00:00.000Z");
const RECONCILE_EVERY = 5 * MINUTE;
/** Longer than an event may be late, a job queued and an upload be tried. */
const PATIENCE = 80 * HOUR;

export interface Uploaded {
  name: string;
  key: string;
  content: Content;
  etag: string;
  version: string;
  /** True time. */
  at: number;
  /** True time under which S3 lists it. */
  modified: number;
  /** Its event, or a message of reconcile, has reached the ingest queue. */
  sent: boolean;
  /** When another took its place, or it was deleted. */
  goneAt?: number;
}

export interface Retry {
  machine: string;
  /** Undefined: the operator does not know. */
  done?: boolean;
}

export class World {
  readonly sim: Sim;
  readonly cloud: Cloud;
  readonly watcher: Watcher;
  readonly uploads: Uploaded[] = [];
  readonly retries: Retry[] = [];
  readonly nonsense = new Set<string>();
  /** Was there a day in which nothing ran? */
  longOutage = false;
  private readonly contents = new Map<string, Content>();
  private healed = false;
  private sequence = 0x62e99a88dc407460n;

  constructor(
    seed: number,
    readonly plan: Plan,
    cores: Cores,
  ) {
    const seen = new Set<string>();
    this.sim = {
      scheduler: new Scheduler(START),
      random: new Random(seed, 2),
      faults: new Faults(new Random(seed, 3), plan.faults, seen),
      history: [],
      seen,
      counted: new Map(),
    };
    this.watcher = new Watcher(this.sim, () => this.cloud.media);
    this.cloud = new Cloud(this.sim, cores, this.watcher.watch, {
      contentOf: ({ etag }) => this.contents.get(etag) ?? "film",
      onSend: (body) => this.noteSent(body),
    });
  }

  /** Plays the plan to its end. False when it did not come to one. */
  async play(): Promise<boolean> {
    const { scheduler } = this.sim;
    for (const action of this.plan.actions) scheduler.after(action.at, () => this.act(action));
    scheduler.after(this.plan.heals, () => this.heal());
    scheduler.after(RECONCILE_EVERY, () => this.tick());
    const until = START + this.plan.heals + this.outageHours() * HOUR + PATIENCE;
    for (;;) {
      // The tick alone is always there.
      if (this.healed && scheduler.size === 1 && this.isQuiet()) return true;
      if (scheduler.now > until || !(await scheduler.step())) return false;
    }
  }

  private outageHours(): number {
    return this.plan.actions.reduce((sum, action) => sum + (action.do === "outage" ? action.hours : 0), 0);
  }

  private heal(): void {
    this.healed = true;
    this.cloud.chaos = false;
    this.sim.faults.heal();
    note(this.sim, "world", "healed", "ok");
    for (const hours of [1, 12, 40])
      this.sim.scheduler.after(hours * HOUR, () => this.cloud.redrive((body) => this.nonsense.has(body)));
  }

  /** What reconcile would find now, or would find later. */
  private isQuiet(): boolean {
    return this.nextWork() === Infinity;
  }

  /** True time at which reconcile next has something to do. */
  private nextWork(): number {
    let next = Infinity;
    for (const { due } of this.cloud.table.all("ASSET#"))
      if (due !== undefined) next = Math.min(next, Date.parse(String(due)));
    for (const upload of this.uploads)
      if (upload.goneAt === undefined && !upload.sent && !this.isRepetition(upload)) next = Math.min(next, upload.at);
    return next;
  }

  /** The same bytes have come under this name before or after, and are known: nothing is lost without this one. */
  isRepetition(upload: Uploaded): boolean {
    return this.uploads.some(
      (other) => other !== upload && other.sent && other.key === upload.key && other.etag === upload.etag,
    );
  }

  /** Most runs of reconcile find nothing: those in which there is nothing to find are left out, but for some. */
  private tick(): void {
    const { random, scheduler } = this.sim;
    scheduler.after(RECONCILE_EVERY, () => this.tick());
    if (this.nextWork() > scheduler.now + 2 * MINUTE && (this.healed || !random.chance(0.06))) return;
    this.cloud.reconcile();
    if (random.chance(0.05)) this.cloud.reconcile();
  }

  private act(action: Action): void {
    const { cloud } = this;
    note(this.sim, "people", `${action.id} ${describe(action)}`, "invoke");
    switch (action.do) {
      case "upload":
        return this.upload(action);
      case "delete":
        for (const upload of this.uploads) if (upload.key === action.key) upload.goneAt ??= this.sim.scheduler.now;
        return void cloud.ingestBucket.objects.delete(action.key);
      case "cancel":
        return cloud.service.cancel(action.pick);
      case "nonsense": {
        const { body, dies } = NONSENSE[action.pick % NONSENSE.length] as (typeof NONSENSE)[number];
        if (dies(action.queue)) this.nonsense.add(body);
        return cloud.queues[action.queue].send(body);
      }
      case "outage":
        return this.outage(action.hours);
      case "retry":
      case "approve":
        return this.operate(action.do, action.pick);
    }
  }

  /** Everything stops for hours: what runs dies, and the clock goes on. */
  private outage(hours: number): void {
    for (const machine of [...this.cloud.machines]) machine.kill("killed");
    this.sim.seen.add(hours > 24 ? "clock: a day forward" : "clock: hours forward");
    this.sim.scheduler.jump(hours * HOUR);
    if (hours >= 24) this.longOutage = true;
  }

  private upload({ id, key, content, event, same, took }: Extract<Action, { do: "upload" }>): void {
    const { now } = this.sim.scheduler;
    const last = this.uploads.findLast((upload) => upload.key === key);
    const repeats = same && last !== undefined;
    const etag = repeats ? last.etag : `etag-${id}`;
    const kind = repeats ? last.content : content;
    this.contents.set(etag, kind);
    for (const upload of this.uploads) if (upload.key === key) upload.goneAt ??= now;
    const modified = now - took;
    this.cloud.ingestBucket.put(key, bodyOf(kind), { etag, modified });
    this.sequence += 1n;
    const sequencer = this.sequence.toString(16).toUpperCase().padStart(18, "0");
    const version = this.plan.versioned ? `v-${id}` : sequencer;
    // A folder of the console is no upload.
    if (key.endsWith("/") && kind === "empty") return;
    this.uploads.push({
      name: id,
      key,
      content: kind,
      etag,
      version,
      at: now,
      modified,
      sent: false,
    });
    this.sim.seen.add(`upload: ${kind}`).add(`upload's event: ${event}`);
    if (repeats) this.sim.seen.add("upload: the same bytes again");
    if (event === "lost") return;
    const object = {
      key,
      size: bodyOf(kind).length,
      etag,
      sequencer,
      ...(version === sequencer ? {} : { "version-id": version }),
    };
    const message = {
      version: "0",
      id: `event-${id}`,
      "detail-type": "Object Created",
      source: "aws.s3",
      time: new Date(now).toISOString(),
      detail: { bucket: { name: "ingest" }, object, reason: "PutObject" },
    };
    const body = JSON.stringify(message);
    const { random, scheduler } = this.sim;
    const delay = event === "late" ? random.between(MINUTE, 5 * HOUR) : random.int(2 * SECOND);
    for (let copy = event === "twice" ? 2 : 1; copy > 0; copy -= 1)
      scheduler.after(delay + random.int(SECOND), () => this.cloud.arrive("ingest", body));
  }

  /** Reads what has been sent to the ingest queue, as far as it stands for an upload. */
  private noteSent(body: string): void {
    if (!body.includes("Object Created")) return;
    const { object } = (
      JSON.parse(body) as {
        detail: { object: { key: string; etag: string; "version-id"?: string; sequencer: string } };
      }
    ).detail;
    for (const upload of this.uploads)
      if (upload.key === object.key && upload.etag === object.etag)
        if (upload.version === (object["version-id"] ?? object.sequencer) || upload.goneAt === undefined)
          upload.sent = true;
  }

  private operate(what: "retry" | "approve", pick: number): void {
    const all = this.cloud.table.all("ASSET#");
    const ended = all.filter(({ state }) => state === "failed" || state === "canceled");
    // Mostly what there is a reason to retry, sometimes anything.
    const assets = what === "retry" && pick % 4 !== 0 && ended.length > 0 ? ended : all;
    const asset = assets[pick % Math.max(1, assets.length)];
    if (!asset) return;
    const machine = this.cloud.machine("operator", 10 * MINUTE);
    const id = String(pick % 3 === 0 ? asset.videoId : asset.assetId);
    const retry: Retry = { machine: machine.name };
    if (what === "retry") this.retries.push(retry);
    const run = operations(this.cloud.ports(machine))[what](id);
    this.sim.scheduler.wake();
    void run.then(
      (verdict) => this.answered(machine, what, retry, verdict),
      () => {
        note(this.sim, machine.name, what, "unknown");
        this.cloud.finish(machine);
      },
    );
  }

  private answered(machine: Machine, what: string, retry: Retry, verdict: Verdict): void {
    const answer = verdict.done ? "done" : verdict.code;
    this.sim.seen.add(`${what}: ${answer}`);
    note(this.sim, machine.name, `${what}: ${answer}`, verdict.done ? "ok" : "fail");
    retry.done = verdict.done;
    this.cloud.finish(machine);
  }
}

export function describe(action: Action): string {
  const { id: _id, at: _at, ...rest } = action;
  return Object.entries(rest)
    .map(([name, value]) => (name === "do" ? String(value) : `${name}=${String(value)}`))
    .join(" ");
}
