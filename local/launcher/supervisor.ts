/**
 * Keeps the platform's processes up, as ECS replaces a task that has ended: one that ends by itself is started again, on the
 * same port, so that what the others know of it stays true. One that ends too often breaks the platform.
 */
import { existsSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.js";
import type { ProcessList } from "./leftovers.js";
import { portOwner, tryPort } from "./ports.js";

export interface Part {
  name: string;
  /** It listens there again after a restart. Absent: it listens nowhere. */
  port?: number;
  /** File that it writes to. What it held before a restart is kept beside it, as `<name>.before.log`. */
  log: string;
  /**
   * Starts the process and waits until it does its work. `known` is to be called, and waited for, as soon as there is a
   * process. @throws Error when it does not come up
   */
  start(known: (child: Child) => Promise<void>): Promise<Child>;
  /** Milliseconds that it gets to stop. Default: `Child.stop`'s. */
  grace?: number;
  /** What the end costs, to be told with it; null: nothing. */
  losses?(end: string): string | null;
}

export interface Supervised {
  /** The process that does the work now; null while there is none. */
  current(): Child | null;
}

/** Milliseconds. ECS too starts a replacement at once and slows down for a task that keeps failing. */
const PAUSES = [0, 500, 1_000, 2_000, 4_000] as const;
/** Milliseconds in which so many ends as there are pauses are mended; the next one breaks the platform. */
const WINDOW = 60_000;

interface House {
  /** Aborted when the platform stops: nothing is started from then on. */
  closing: AbortSignal;
  list: ProcessList;
  break(what: string): void;
  warn(line: string): void;
}

class SupervisedPart implements Supervised {
  #child: Child | null = null;
  #ready = false;
  #ends: number[] = [];
  #replacing: Promise<void> | null = null;

  constructor(
    private readonly part: Part,
    private readonly house: House,
  ) {}

  current(): Child | null {
    return this.#ready ? this.#child : null;
  }

  readonly #known = async (child: Child): Promise<void> => {
    this.#child = child;
    if (this.house.closing.aborted) return child.stop(this.part.grace);
    await this.house.list.add(child);
  };

  async begin(): Promise<void> {
    let child: Child;
    try {
      child = await this.part.start(this.#known);
    } catch (error) {
      if (this.#child) await this.#retire(this.#child);
      throw error;
    }
    this.#ready = true;
    void child.ended.then(async (end) => {
      this.#ready = false;
      this.house.list.drop(child);
      if (!this.house.closing.aborted) await (this.#replacing = this.#replace(`has ended by itself (${end})`, end));
    });
  }

  async #retire(child: Child): Promise<void> {
    await child.stop(this.part.grace);
    this.house.list.drop(child);
  }

  /** Milliseconds until the next start; null when it has ended too often. */
  #pause(): number | null {
    const now = Date.now();
    this.#ends = [...this.#ends.filter((at) => at > now - WINDOW), now];
    return PAUSES[this.#ends.length - 1] ?? null;
  }

  async #replace(what: string, end: string): Promise<void> {
    const { closing, warn } = this.house;
    const { name, losses, log } = this.part;
    const lost = losses?.(end);
    for (let why = what; !closing.aborted;) {
      const pause = this.#pause();
      if (pause === null) {
        this.house.break(`${name} ${why}, ${this.#ends.length} times within a minute; its last words are in ${log}`);
        return;
      }
      warn(`${name} ${why}: starting it again${pause > 0 ? ` in ${pause / 1000} s` : ""}${lost ? `; ${lost}` : ""}`);
      await sleep(pause, undefined, { signal: closing }).catch(() => undefined);
      if (closing.aborted) return;
      try {
        await this.#checkPort();
        if (existsSync(log)) renameSync(log, log.replace(/(\.log)?$/, ".before.log"));
        return await this.begin();
      } catch (error) {
        why = `did not start again (${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)})`;
      }
    }
  }

  async #checkPort(): Promise<void> {
    const { port } = this.part;
    if (port === undefined || (await tryPort(port)) !== null) return;
    const owner = portOwner(port);
    throw new Error(
      `its port ${port} is held by ${owner ? `"${owner.name}", process ${owner.pid}` : "another process"}`,
    );
  }

  async stop(): Promise<void> {
    if (this.#child) await this.#retire(this.#child);
    // A start that was under way has seen its process end, or ends the one that it has just got.
    await this.#replacing;
  }
}

/** What has been started, to be stopped in the reverse order. */
export class Supervisor {
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #closing = new AbortController();
  readonly #house: House;
  #stopping: Promise<void> | undefined;
  /** Resolves with what happened when a process ends too often to go on. */
  readonly broken: Promise<string>;

  /** @param warn is told, in one line, of each end and restart. */
  constructor(list: ProcessList, warn: (line: string) => void) {
    let report: (what: string) => void = () => undefined;
    this.broken = new Promise((resolve) => (report = resolve));
    this.#house = { closing: this.#closing.signal, list, break: (what) => report(what), warn };
  }

  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Starts a part and keeps it up. @throws Error when its first start fails. */
  async run(part: Part): Promise<Supervised> {
    this.#closing.signal.throwIfAborted();
    const supervised = new SupervisedPart(part, this.#house);
    this.onStop(() => supervised.stop());
    await supervised.begin();
    return supervised;
  }

  stop(): Promise<void> {
    this.#closing.abort();
    this.#stopping ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop();
    })();
    return this.#stopping;
  }
}
