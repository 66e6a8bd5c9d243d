/** What an earlier start left behind that was killed: its processes, ended if they are really ours, and what it lost. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FolderTakenError, isAlive, startedAt, takeOwnership } from "../database/owner.js";
import type { Child } from "./child.js";
import { type Layout, layoutOf, localRoot } from "./layout.js";

interface KnownProcess {
  name: string;
  pid: number;
  /** Ticks since the machine's start, so that another program with the same number is left alone; null where unknown. */
  started: string | null;
}

interface RunMark {
  /** ISO 8601. */
  since: string;
  processes: KnownProcess[];
}

/** Milliseconds that a leftover gets to end by itself: it saves its state meanwhile. */
const PATIENCE = 15_000;

/** Keeps the list of this start's processes on disk. */
export class ProcessList {
  readonly #mark: RunMark = { since: new Date().toISOString(), processes: [] };
  #removed = false;

  constructor(private readonly file: string) {
    this.#save();
  }

  async add({ name, pid }: Pick<Child, "name" | "pid">): Promise<void> {
    const started = await startedAt(pid);
    // Only now: another process may have ended, and left the list, while we asked.
    this.#mark.processes.push({ name, pid, started });
    this.#save();
  }

  /** It has ended. */
  drop({ pid }: Pick<Child, "pid">): void {
    this.#mark.processes = this.#mark.processes.filter((known) => known.pid !== pid);
    if (!this.#removed) this.#save();
  }

  remove(): void {
    this.#removed = true;
    rmSync(this.file, { force: true });
  }

  #save(): void {
    writeFileSync(this.file, JSON.stringify(this.#mark));
  }
}

function readMark(file: string): RunMark | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunMark;
  } catch {
    return null;
  }
}

const isOurs = async ({ pid, started }: KnownProcess): Promise<boolean> =>
  started !== null && isAlive(pid) && (await startedAt(pid)) === started;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

async function end(known: KnownProcess): Promise<void> {
  signal(known.pid, "SIGTERM");
  const deadline = Date.now() + PATIENCE;
  while (await isOurs(known)) {
    if (Date.now() > deadline) signal(known.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** When the emulator last saved its state; null when it never did. */
function lastSave(folder: string): Date | null {
  if (!existsSync(folder)) return null;
  const times = readdirSync(folder).map((file) => statSync(join(folder, file)).mtimeMs);
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}

/** An upload without a state is claimed when it has lain there for 15 minutes, by a run that comes every five. */
const lostSince = (saved: Date): string =>
  `from ${saved.toISOString()}; what came after is lost, but uploads are on disk, and reconcile takes them up within 20 minutes`;

/** What a hard kill of the emulator costs, in words that follow its name. */
export function whatIsLost(layout: Layout): string {
  const saved = lastSave(join(layout.emulator, "state"));
  return saved ? `it goes on ${lostSince(saved)}` : "it had saved nothing yet and begins anew";
}

/**
 * Ends what is left of an earlier start and says what became of its state.
 * @returns one sentence for the person at the terminal, or null when the earlier start had ended as it should.
 */
export async function clearLeftovers(layout: Layout): Promise<string | null> {
  const mark = readMark(layout.processes);
  if (!mark) return null;
  const left: KnownProcess[] = [];
  for (const known of mark.processes) if (await isOurs(known)) left.push(known);
  // In the order of a clean stop: the emulator was started first and ends last.
  for (const known of left.reverse()) await end(known);
  rmSync(layout.processes, { force: true });
  const ended = left.length > 0 ? `, ${left.length} of its processes were still there and are ended` : "";
  const saved = lastSave(join(layout.emulator, "state"));
  // Objects lie on disk at once, but not what their buckets are: without a saved state they are of no use.
  if (!saved) rmSync(layout.emulator, { recursive: true, force: true });
  const lost = saved
    ? `its emulated cloud goes on ${lostSince(saved)}`
    : "its emulated cloud had saved nothing yet and begins anew";
  return `the earlier start of ${mark.since} was killed${ended}; ${lost}`;
}

/** Removes the folders of `--once` runs that were killed; those that still run own theirs. */
export async function removeAbandoned(root = localRoot()): Promise<void> {
  const names = existsSync(root) ? readdirSync(root).filter((name) => name.startsWith("once-")) : [];
  for (const name of names) {
    const layout = layoutOf(name, root);
    try {
      await takeOwnership(layout.state);
    } catch (error) {
      if (error instanceof FolderTakenError) continue;
      throw error;
    }
    await clearLeftovers(layout);
    rmSync(layout.state, { recursive: true, force: true });
  }
}
