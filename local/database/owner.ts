/** One process owns the data folder: two PGlite instances on the same files destroy them. */
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Ownership {
  release(): Promise<void>;
}

export class FolderTakenError extends Error {
  constructor(
    readonly directory: string,
    readonly pid: number,
  ) {
    super(`database folder is in use · ${directory}, by process ${pid} → stop that process, or give another folder`);
    this.name = "FolderTakenError";
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * When a process began, in ticks since the machine's start, or null where /proc is absent or the process has ended. A pid
 * alone would mistake another program that got the number of a killed owner for that owner. One that has ended but that
 * its parent has not asked for yet (a zombie) answers to signals as if it lived, and no signal ends it.
 */
export async function startedAt(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The name in parentheses may hold spaces; the state follows it, and field 22 of proc(5) is the 20th after it.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
}

/** @throws FolderTakenError when a living process owns the folder. A dead owner's mark is taken over. */
export async function takeOwnership(directory: string): Promise<Ownership> {
  const file = join(directory, "owner.json");
  for (;;) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(JSON.stringify({ pid: process.pid, started: await startedAt(process.pid) }));
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = parse(await readFile(file, "utf8").catch(() => ""));
    if (owner && isAlive(owner.pid) && owner.started === (await startedAt(owner.pid)))
      throw new FolderTakenError(directory, owner.pid);
    await rm(file, { force: true });
  }
}

function parse(text: string): { pid: number; started: string | null } | null {
  try {
    return JSON.parse(text) as { pid: number; started: string | null };
  } catch {
    return null;
  }
}
