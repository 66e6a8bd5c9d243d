/** What may go wrong with one effect, and who decides it. */
import type { Random } from "./random";

/**
 * - before: it fails and nothing has happened · throttled: the same, and the service says so
 * - after: it happens and the reply is lost · late: the caller gives up, and then it happens
 * - twice: it happens twice (a client that tried again after a lost reply), the second reply counts
 * - killBefore, killAfter: the machine dies before, or after it has happened and before the reply
 */
export const FATES = ["before", "throttled", "after", "late", "twice", "killBefore", "killAfter"] as const;
export type Fault = (typeof FATES)[number];
export type Fate = Fault | "ok";

const OF_WRITES: Readonly<Record<Fault, number>> = {
  before: 2,
  throttled: 2,
  after: 3,
  late: 1,
  twice: 2,
  killBefore: 2,
  killAfter: 3,
};
/** Reading leaves no trace: it only fails, or the machine dies. */
const OF_READS: Readonly<Record<Exclude<Fault, "after" | "late" | "twice">, number>> = {
  before: 3,
  throttled: 2,
  killBefore: 1,
  killAfter: 1,
};

/** Points of which each must be hit before, after and without a reply (the ledger's crash-point table), by effect. */
export const CRASH_POINTS = {
  "claim written": ["ingest.ledger.claim"],
  "probe stored": ["ingest.ledger.probed"],
  "CreateJob marked": ["ingest.ledger.mark"],
  "CreateJob sent": ["ingest.createJob"],
  "job id stored": ["ingest.ledger.submitted"],
  "state event received": ["track.received", "track.handed-out"],
  "outputs listed": ["track.media.read", "reconcile.media.read"],
  "outputs stored": ["track.ledger.outputs", "reconcile.ledger.outputs"],
  "storyboard requested": ["track.bus.StoryboardRequested", "reconcile.bus.StoryboardRequested"],
  "ready written": ["storyboard.ledger.ready", "reconcile.ledger.ready"],
  "bus event sent": ["storyboard.bus.VideoReady", "track.bus.VideoFailed", "ingest.bus.VideoRejected"],
  "announcement stored": ["storyboard.ledger.announced", "track.ledger.announced", "ingest.ledger.announced"],
  "upload sent again": ["reconcile.queue.send", "operator.queue.send"],
  "retry written": ["operator.ledger.retry"],
  "catalogue row written": ["worker.catalogue"],
  "message deleted": ["ingest.deleted", "track.deleted", "storyboard.deleted", "worker.deleted"],
} as const satisfies Record<string, readonly string[]>;

/** The table's columns. */
export const CRASH_MOMENTS = {
  before: ["before", "throttled", "killBefore"],
  after: ["killAfter"],
  unknown: ["after", "late", "twice"],
} as const satisfies Record<string, readonly Fault[]>;

export interface Injected {
  /** `<who>.<effect>#<how often that effect was tried, from 1>=<fault>`. */
  name: string;
  site: string;
  fault: Fault;
}

export interface FaultChoice {
  /** How many of a hundred effects go wrong. */
  percent: number;
  /** These too, whatever the dice say: `<site>#<nth>=<fault>`. */
  targets: readonly string[];
}

export class Faults {
  readonly injected: Injected[] = [];
  private readonly tried = new Map<string, number>();
  private readonly targets: Map<string, Fault>;
  private percent: number;

  constructor(
    private readonly random: Random,
    choice: FaultChoice,
    /** What occurred in this history. */
    private readonly seen: Set<string>,
  ) {
    this.percent = choice.percent;
    this.targets = new Map(
      choice.targets.map((target) => target.split("=")).map(([at = "", fault]) => [at, fault as Fault]),
    );
  }

  next(site: string, writes: boolean): Fate {
    const nth = (this.tried.get(site) ?? 0) + 1;
    this.tried.set(site, nth);
    const fault = this.targets.get(`${site}#${nth}`) ?? this.roll(writes);
    if (fault === undefined) return "ok";
    this.seen.add(`fault: ${fault}`).add(`at ${site}: ${fault}`);
    this.injected.push({ name: `${site}#${nth}=${fault}`, site, fault });
    return fault;
  }

  private roll(writes: boolean): Fault | undefined {
    if (this.percent === 0 || this.random.next() * 100 >= this.percent) return undefined;
    return writes ? this.random.weighted(OF_WRITES) : this.random.weighted(OF_READS);
  }

  /** From now on everything works. */
  heal(): void {
    this.percent = 0;
    this.targets.clear();
  }
}
