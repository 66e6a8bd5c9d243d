/** A built service as a process of a test: started, waited for, ended, its log lines read. */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

export type LogLine = Record<string, unknown>;

export interface ServiceProcess {
  pid: number;
  /** Lines so far. */
  lines: LogLine[];
  /** The line that said `ready`. */
  ready: LogLine;
  /** Resolves with the exit code; null when a signal ended it. */
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * @param env the whole environment but PATH.
 * @throws Error with the log when the process ends before it is ready.
 */
export async function startService(file: string, env: Record<string, string>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [file], {
    cwd: dirname(file),
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: LogLine[] = [];
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  const ready = new Promise<LogLine>((done) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as LogLine;
      lines.push(line);
      if (line.ready === true) done(line);
    });
  });
  const first = await Promise.race([ready, ended]);
  if (first === null || typeof first === "number")
    throw new Error(`${file} ended with ${first}: ${errors}${lines.map((line) => JSON.stringify(line)).join("\n")}`);
  return { pid: child.pid ?? 0, lines, ready: first, ended, kill: (signal) => child.kill(signal) };
}

/** Asks until the answer is there. @throws Error after so many seconds. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`did not come: ${what}`);
}
