/** What the programs that this process starts really take: seconds and resident memory, ffmpeg's and ffprobe's alike. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export interface Taken {
  program: string;
  seconds: number;
  /** Most that was ever resident. */
  megabytes: number;
}

interface Seen extends Taken {
  since: number;
}

const INTERVAL = 10;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Linux only: elsewhere nothing is seen, and `taken` stays empty. */
export class Watch {
  private readonly alive = new Map<string, Seen>();
  private readonly ended: Taken[] = [];
  private readonly timer = setInterval(() => this.look(), INTERVAL);

  private look(): void {
    const now = performance.now();
    const children = read(`/proc/self/task/${process.pid}/children`).split(" ").filter(Boolean);
    for (const pid of children) {
      const peak = Number(/^VmHWM:\s*(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
      const program = basename(read(`/proc/${pid}/cmdline`).split("\0")[0] ?? "");
      const seen = this.alive.get(pid) ?? { program, since: now, seconds: 0, megabytes: 0 };
      // Before it becomes the program it is the shell that lowers its limits.
      if (program !== "") seen.program = program;
      seen.seconds = (now - seen.since) / 1000;
      seen.megabytes = Math.max(seen.megabytes, peak);
      this.alive.set(pid, seen);
    }
    for (const pid of this.alive.keys()) if (!children.includes(pid)) this.end(pid);
  }

  private end(pid: string): void {
    const seen = this.alive.get(pid);
    this.alive.delete(pid);
    if (seen && /^ff(mpeg|probe)/.test(seen.program)) this.ended.push(seen);
  }

  /** Everything that has ended since the last call. */
  taken(): Taken[] {
    this.look();
    return this.ended.splice(0);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
