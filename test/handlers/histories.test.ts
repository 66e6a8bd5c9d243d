/**
 * Whole histories of uploads with lost, doubled and reordered messages and failing calls, from a seed: whatever happens,
 * every upload ends once, no attempt has two jobs, and what is ready plays. A failing run prints its seed and path.
 */
import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { isEnd, RANK } from "../../contracts/ledger";
import { uploadMessage } from "../../handlers/ingest/upload";
import { NotCreated } from "../../handlers/ports";
import { jobEvent, World } from "./world";

type Fate = "ok" | "before" | "after" | "throttled";

/** Faults that a history meets, one for each call in turn; then everything works. */
class Faults {
  constructor(private readonly fates: Fate[]) {}
  next(): Fate {
    return this.fates.shift() ?? "ok";
  }
  heal(): void {
    this.fates.splice(0);
  }
}

const lost = (): never => {
  throw new Error("socket hang up");
};

function breakWorld(world: World, faults: Faults): void {
  const { transcoder, table } = world;
  const create = transcoder.createJob.bind(transcoder);
  transcoder.createJob = async (request) => {
    const fate = faults.next();
    if (fate === "throttled") throw new NotCreated("Rate exceeded");
    if (fate === "before") lost();
    const reply = await create(request);
    return fate === "after" ? lost() : reply;
  };
  const write = table.write.bind(table);
  table.write = async (writes) => {
    const fate = faults.next();
    if (fate === "before" || fate === "throttled") lost();
    const done = await write(writes);
    return fate === "after" ? lost() : done;
  };
  world.beforeBus = () => void (faults.next() === "ok" || lost());
}

type Step = { do: "deliver" | "both" | "wait" | "run" | "end" | "reconcile" | "draw" | "retry"; pick: number };

const steps = fc.array(
  fc.record({
    do: fc.constantFrom<Step["do"]>("deliver", "deliver", "both", "wait", "run", "end", "reconcile", "draw", "retry"),
    pick: fc.nat(1000),
  }),
  { minLength: 5, maxLength: 60 },
);
const fates = fc.array(fc.constantFrom<Fate>("ok", "ok", "ok", "before", "after", "throttled"), { maxLength: 60 });

/** One history: messages lie in a heap from which any may be taken, any number of times. */
class History {
  readonly world = new World();
  readonly messages: (() => Promise<void>)[] = [];
  private readonly seen = new Map<string, { attempt: number; rank: number }>();
  constructor(private readonly faults: Faults) {
    breakWorld(this.world, faults);
  }

  async upload(key: string): Promise<void> {
    const event = await this.world.upload(key);
    this.messages.push(() => this.world.ingest(event));
  }

  /** Nothing may escape but what sends a message back to its queue. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    await action().catch(() => undefined);
    for (const item of this.world.table.items.values()) this.watch(item);
  }

  private watch(item: Record<string, unknown>): void {
    if (!String(item.pk).startsWith("ASSET#")) return;
    const now = { attempt: Number(item.attempt), rank: RANK[item.state as keyof typeof RANK] };
    const before = this.seen.get(String(item.pk));
    if (before)
      assert.ok(
        now.attempt > before.attempt || (now.attempt === before.attempt && now.rank >= before.rank),
        "regressed",
      );
    if (before?.rank === 9 && now.attempt === before.attempt) assert.equal(now.rank, 9);
    this.seen.set(String(item.pk), now);
  }

  private async job(pick: number, status: "PROGRESSING" | "COMPLETE" | "ERROR"): Promise<void> {
    const open = this.world.transcoder.jobs.filter(({ Status }) => Status === "SUBMITTED" || Status === "PROGRESSING");
    const job = open[pick % Math.max(1, open.length)];
    if (!job) return;
    Object.assign(job, { Status: status, ErrorCode: status === "ERROR" ? 1999 : undefined });
    const { videoId = "", assetId = "" } = job.UserMetadata ?? {};
    if (status === "COMPLETE") await this.world.writeOutputs({ videoId, assetId } as never);
    const event = jobEvent(structuredClone(job), status);
    this.messages.push(() => this.world.track(event));
  }

  async step({ do: what, pick }: Step): Promise<void> {
    const { world, messages } = this;
    if (what === "deliver")
      return this.attempt(messages[pick % Math.max(1, messages.length)] ?? (async () => undefined));
    // Two copies of a function, each with a message of the same film or another.
    if (what === "both") {
      const [one, two] = [pick, Math.floor(pick / 7)].map((n) => messages[n % Math.max(1, messages.length)]);
      return this.attempt(async () => void (await Promise.allSettled([one?.(), two?.()])));
    }
    if (what === "wait") return world.wait([0.2, 1, 3, 20][pick % 4] ?? 1);
    if (what === "run") return this.job(pick, "PROGRESSING");
    if (what === "end") return this.job(pick, pick % 3 === 0 ? "ERROR" : "COMPLETE");
    if (what === "draw")
      return this.attempt(() => (world.wanted.length > 0 ? world.drawStoryboard() : Promise.resolve()));
    if (what === "reconcile") await this.attempt(world.reconcile);
    if (what === "retry") {
      const assets = [...world.table.items.values()].filter(({ pk }) => pk.startsWith("ASSET#"));
      const asset = assets[pick % Math.max(1, assets.length)];
      if (asset) await this.attempt(() => world.operations.retry(String(asset.assetId)));
    }
    for (const upload of world.sent.splice(0)) messages.push(() => world.ingest(uploadMessage(upload)));
  }

  /** The faults are over; messages not yet delivered may be lost. Time and reconcile alone must bring everything to an end. */
  async settle(): Promise<void> {
    this.faults.heal();
    this.messages.splice(0);
    for (let round = 0; round < 12; round += 1) {
      this.world.wait(30);
      await this.world.reconcile();
      await this.world.deliverSent();
      for (let open = this.world.transcoder.jobs.length; open > 0; open -= 1) await this.job(0, "COMPLETE");
      this.messages.splice(0);
      while (this.world.wanted.length > 0) await this.world.drawStoryboard();
    }
  }
}

function check({ world }: History, uploads: number): void {
  const assets = [...world.table.items.values()].filter(({ pk }) => pk.startsWith("ASSET#"));
  // An upload that another replaced before anybody saw it, and whose event is lost, leaves no trace to find.
  assert.ok(assets.length <= uploads, "more assets than uploads");
  assert.deepEqual([...new Set(assets.map(({ key }) => key))].sort(), ["a.mp4", "b.mp4"]);
  for (const asset of assets) {
    assert.ok(isEnd(asset.state as never), `${String(asset.key)} is ${String(asset.state)}`);
    assert.equal(asset.due, undefined, "nothing left to do");
    const jobs = world.transcoder.jobs.filter(({ UserMetadata }) => UserMetadata?.assetId === asset.assetId);
    const attempts = jobs.map(({ UserMetadata }) => UserMetadata?.attempt);
    assert.equal(new Set(attempts).size, attempts.length, `two jobs for an attempt: ${attempts.join()}`);
    if (asset.state !== "ready") continue;
    assert.ok(world.store.keys("media").includes((asset.outputs as { hls: string }).hls));
    assert.ok(world.told.some(({ type, detail }) => type === "VideoReady" && detail.assetId === asset.assetId));
  }
}

describe("histories", () => {
  it("of three uploads of two films end well, whatever is lost, doubled, late or broken", async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(steps, fates, async (path, faults) => {
        const history = new History(new Faults([...faults]));
        for (const key of ["a.mp4", "b.mp4", "a.mp4"]) {
          await history.upload(key);
          history.world.wait(0.1);
        }
        for (const step of path) await history.step(step);
        await history.settle();
        check(history, 3);
        for (const { state } of history.world.table.items.values()) reached.add(String(state));
      }),
      { numRuns: 300 },
    );
    assert.ok(reached.has("ready") && reached.has("failed"), "a run that reaches only one end proves little");
  }).timeout(60_000);
});
