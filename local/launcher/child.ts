/** Child processes of the local platform: a log file each, a pid file each, ended for certain. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ChildOptions {
  /** Shown in messages. */
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  /** The whole environment: nothing of ours leaks in. */
  env: Record<string, string>;
  /** Both streams go there; an earlier start's is replaced, so that its lines are not taken for this one's. */
  log: string;
  /** Also give the child our Node channel, so that it can notice that we are gone. */
  channel?: boolean;
}

export interface Child {
  name: string;
  pid: number;
  log: string;
  /** Resolves when the process has ended, with what ended it. */
  ended: Promise<string>;
  isRunning(): boolean;
  /** SIGTERM, then after `grace` milliseconds (default 10,000) SIGKILL to its whole group. Resolves when it is gone. */
  stop(grace?: number): Promise<void>;
}

const GRACE = 10_000;

/** Last lines of a log: what a person needs to see when a child died. */
export function lastLines(file: string, count = 5): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "";
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of the group is left, which is what we want.
  }
}

/**
 * Starts a child in a process group of its own: Ctrl-C in a terminal then reaches only the launcher, which stops its
 * children in the right order.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.log), { recursive: true });
  const out = openSync(options.log, "w");
  const child: ChildProcess = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: options.channel ? ["ignore", out, out, "ipc"] : ["pipe", out, out],
  });
  closeSync(out);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  const started = await Promise.race([new Promise<true>((resolve) => child.once("spawn", () => resolve(true))), ended]);
  const pid = child.pid;
  if (started !== true || pid === undefined) throw new Error(`${options.name} did not start: ${String(started)}`);
  let running = true;
  void ended.then(() => {
    running = false;
    killGroup(pid);
  });
  return {
    name: options.name,
    pid,
    log: options.log,
    ended,
    isRunning: () => running,
    async stop(grace = GRACE) {
      if (running) child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(pid), grace);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** On a machine that has other work: a child that ends is noticed at once. */
const START_SECONDS = 120;

/** Asks `check` until it says true. @throws Error with the child's last words when the child ends first or time is up. */
export async function waitFor(
  child: Child,
  what: string,
  check: () => Promise<boolean>,
  seconds = START_SECONDS,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await check().catch(() => false)) return;
    const end = child.isRunning() ? null : await child.ended;
    if (end !== null || Date.now() > deadline) {
      const why = end === null ? `was not ready after ${seconds} s` : `ended (${end})`;
      throw new Error(`${child.name} ${why} while waiting for ${what}\n${lastLines(child.log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
