/** One run of a handler, a worker or an operator's command: what it asks of the world, and how that goes wrong. */
import type { Fate, Faults } from "./faults";
import type { Random } from "./random";
import type { Scheduler } from "./scheduler";

export interface Entry {
  /** Milliseconds since 1970. */
  at: number;
  who: string;
  what: string;
  /** As Jepsen has it: ok and fail are known to have happened and not; what ended unknown may be either. */
  outcome: "invoke" | "ok" | "fail" | "unknown";
}

/** What everything in one history shares. */
export interface Sim {
  scheduler: Scheduler;
  /** Draws latencies, orders and delays. */
  random: Random;
  faults: Faults;
  history: Entry[];
  /** What occurred, for the assertions that it sometimes must. */
  seen: Set<string>;
  /** The names of metrics that were counted, and how often. */
  counted: Map<string, number>;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** When a client gives up: handlers/aws/limits.ts. Every slow call stays below. */
const GIVES_UP = 20 * SECOND;
/** What a caller gave up may still happen for this long. */
const LINGERS = 25 * SECOND;
/** No request is on its way for longer: AWS takes no signature that is five minutes old (IAM User Guide, "Signature Version 4"). */
const STALE = 5 * MINUTE;
/** How far a machine's clock may be from the true one. */
const MOST_SKEW = 90 * SECOND;

export function note(sim: Sim, who: string, what: string, outcome: Entry["outcome"]): void {
  sim.history.push({ at: sim.scheduler.now, who, what, outcome });
}

export function latency({ random }: Sim): number {
  const kind = random.next();
  if (kind < 0.9) return 1 + random.int(80);
  return kind < 0.985 ? random.int(2 * SECOND) : random.int(GIVES_UP - SECOND);
}

export interface Traits {
  /** Does it change anything out there? */
  writes: boolean;
  /** The error of a throttled call. */
  throttled?: () => Error;
}

interface Call<T> {
  what: string;
  perform: () => T;
  fate: Fate;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
}

const lostReply = (): Error => new Error("socket hang up");
const rateExceeded = (): Error => new Error("Rate exceeded");

export class Machine {
  alive = true;
  private skew = 0;

  /**
   * @param kind handler's name; `name` tells this machine from others of its kind.
   * @param lifetime milliseconds after which it is ended, as Lambda does.
   */
  constructor(
    readonly sim: Sim,
    readonly kind: string,
    readonly name: string,
    lifetime: number,
    private readonly onDeath: () => void,
  ) {
    const { random, scheduler } = sim;
    if (random.chance(0.08)) this.setSkew(random.between(-MOST_SKEW, MOST_SKEW));
    if (random.chance(0.02))
      scheduler.after(random.between(0, 30 * SECOND), () => this.setSkew(random.between(-MOST_SKEW, MOST_SKEW)));
    scheduler.after(lifetime, () => this.kill("timed out"));
  }

  private setSkew(skew: number): void {
    this.sim.seen.add(skew < this.skew ? "clock: stepped back" : "clock: stepped forward");
    this.skew = Math.round(skew);
  }

  /** This machine's clock. */
  readonly now = (): Date => new Date(this.sim.scheduler.now + this.skew);

  kill(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    note(this.sim, this.name, why, "unknown");
    this.sim.seen.add(`machine: ${why}`);
    this.onDeath();
  }

  /** Its work is done: nothing can kill it any more. */
  end(): void {
    this.alive = false;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((done) => this.later(milliseconds, done));
  }

  private later(milliseconds: number, run: () => void): void {
    this.sim.scheduler.after(milliseconds, () => {
      // A dead machine's code never goes on.
      if (!this.alive) return;
      run();
      this.sim.scheduler.wake();
    });
  }

  /** Asks the world for something. Settles when the scheduler has let it happen, or not. */
  effect<T>(what: string, perform: () => T, { writes, throttled = rateExceeded }: Traits): Promise<T> {
    const { sim } = this;
    const fate = sim.faults.next(`${this.kind}.${what}`, writes);
    return new Promise<T>((resolve, reject) => {
      const call: Call<T> = { what, perform, fate, resolve, reject };
      switch (fate) {
        case "ok":
        case "after":
        case "killAfter":
          return this.happen(call, latency(sim), true);
        case "before":
        case "throttled":
          note(sim, this.name, `${what} (${fate})`, "fail");
          return this.later(latency(sim), () => reject(fate === "before" ? lostReply() : throttled()));
        case "late":
          this.later(GIVES_UP, () => reject(lostReply()));
          return this.happen(call, sim.random.between(GIVES_UP, GIVES_UP + LINGERS), false);
        case "twice":
          this.happen(call, latency(sim), false);
          return this.happen(call, 2 * SECOND + latency(sim), true);
        case "killBefore":
          note(sim, this.name, `${what} (${fate})`, "fail");
          return sim.scheduler.after(latency(sim), () => this.kill("killed"));
      }
    });
  }

  private happen<T>(call: Call<T>, after: number, replies: boolean): void {
    const due = this.sim.scheduler.now + after;
    this.sim.scheduler.after(after, () => {
      // An outage has passed in between: what was on its way then has not waited for its end.
      if (this.sim.scheduler.now - due <= STALE) this.perform(call, replies);
    });
  }

  private perform<T>({ what, perform, fate, resolve, reject }: Call<T>, replies: boolean): void {
    const { sim } = this;
    // What a dead machine had on its way arrives, or does not.
    if (!this.alive && fate !== "late" && fate !== "twice" && sim.random.chance(0.5)) return;
    let value: T | undefined;
    let error: unknown;
    try {
      value = perform();
    } catch (thrown) {
      error = thrown;
    }
    note(sim, this.name, fate === "ok" ? what : `${what} (${fate})`, fate === "ok" ? "ok" : "unknown");
    if (!replies) return;
    if (fate === "killAfter") return sim.scheduler.after(latency(sim), () => this.kill("killed"));
    this.later(latency(sim), () => {
      if (fate === "after") reject(lostReply());
      else if (error !== undefined) reject(error);
      else resolve(value as T);
    });
  }
}
