/** Runs a command of ours as a user does, on a state of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../local/launcher/layout.js";
import { readyVenv } from "../../support/ministack.js";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  pid: number;
  ended: Promise<Ended>;
  /** Resolves when stdout or stderr matches. @throws Error with both when the command ends before. */
  says(pattern: RegExp): Promise<string>;
}

const untilEnd = async (ended: Promise<Ended>, pattern: RegExp): Promise<never> => {
  const { code, stdout, stderr } = await ended;
  throw new Error(`ended with ${code} before it said ${String(pattern)}:\n${stdout}\n${stderr}`);
};

/** @param under a command that runs it, such as one that gives it a mount namespace. */
export function startCommand(
  file: string,
  args: string[],
  env: Record<string, string> = {},
  under: string[] = [],
): RunningCommand {
  const [program = "", ...rest] = [...under, join(ROOT, "tools/run"), join(ROOT, file), ...args];
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...text })));
  const says = (pattern: RegExp): Promise<string> => {
    const seen = new Promise<string>((resolve) => {
      const watch = (): void => {
        const found = pattern.exec(text.stdout) ?? pattern.exec(text.stderr);
        if (!found) return;
        watchers.delete(watch);
        resolve(found[1] ?? found[0]);
      };
      watchers.add(watch);
      watch();
    });
    return Promise.race([seen, untilEnd(ended, pattern)]);
  };
  return { child, pid: child.pid ?? 0, ended, says };
}

export const runToEnd = (file: string, args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  startCommand(file, args, env).ended;

export interface LocalFolder {
  /** For VOD_LOCAL. */
  path: string;
  remove(): void;
}

/** A folder like `.local`, with the virtual environment of this clone. */
export async function localFolder(): Promise<LocalFolder> {
  const path = mkdtempSync(join(tmpdir(), "vod-local-"));
  symlinkSync(await readyVenv(), join(path, "venv"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
