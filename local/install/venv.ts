/** The virtual environment with the emulated cloud and ffmpeg, made once. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../../cli/shell.js";
import { lastLines, startChild } from "../launcher/child.js";
import { FolderTakenError, type Ownership, takeOwnership } from "../database/owner.js";
import { checkRoom, diskFull, ROOM_TO_INSTALL } from "./disk.js";
import { findPython } from "./python.js";

const REQUIREMENTS = join(__dirname, "requirements.txt");
const TETHERED = join(__dirname, "tethered.py");

export interface VenvOptions {
  /** Folder of everything local; the environment becomes its `venv`. */
  root: string;
  progress: (text: string) => void;
  /** Where Python is looked for. Default: PATH. */
  path?: string;
}

/** Written last: an environment without it, or made for other requirements, is made again. */
const stampOf = (venv: string): string => join(venv, "complete");
const wantedStamp = (): string => createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");

export function isInstalled(venv: string): boolean {
  try {
    return readFileSync(stampOf(venv), "utf8") === wantedStamp();
  } catch {
    return false;
  }
}

/** Two starts at once must not build in one folder: the second waits. */
async function waitForTurn(root: string, progress: (text: string) => void): Promise<Ownership> {
  const lock = join(root, "install");
  await mkdir(lock, { recursive: true });
  let said = false;
  for (;;) {
    try {
      return await takeOwnership(lock);
    } catch (error) {
      if (!(error instanceof FolderTakenError)) throw error;
      if (!said) progress(`another start is installing (process ${error.pid}): waiting for it`);
      said = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** pip takes its index and proxies from the environment, and everything else from here: nothing is left outside `root`. */
function pipEnvironment(root: string, path: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => /^(pip_|.*_proxy$|ssl_|requests_)/i.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    ...(process.env.HOME ? { HOME: process.env.HOME } : {}),
    PATH: path,
    LANG: "C.UTF-8",
    TMPDIR: join(root, "install"),
    PIP_CACHE_DIR: join(root, "install", "cache"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
  };
}

async function step(name: string, command: string, args: string[], root: string, path: string): Promise<void> {
  const log = join(root, "install", "install.log");
  const child = await startChild({ name, command, args, env: pipEnvironment(root, path), log });
  const end = await child.ended;
  if (end === "exit code 0") return;
  const text = lastLines(log, 20);
  if (/No space left on device|ENOSPC/.test(text)) throw diskFull(root, "almost nothing", ROOM_TO_INSTALL);
  const reason = text.split("\n").findLast((line) => /error/i.test(line)) ?? end;
  throw new CommandError({
    what: `${name} failed`,
    value: reason.replace(/^ERROR: /, "").slice(0, 160),
    action: `see ${log}; when the package index cannot be reached, set PIP_INDEX_URL or the proxy, then run npm start again`,
  });
}

/**
 * Makes sure of the environment and returns its folder.
 * @throws CommandError: no suitable Python, no room, or what pip said.
 */
export async function ensureVenv({ root, progress, path = process.env.PATH ?? "" }: VenvOptions): Promise<string> {
  const venv = join(root, "venv");
  if (isInstalled(venv)) return venv;
  const python = await findPython(path);
  await checkRoom(root, ROOM_TO_INSTALL);
  const turn = await waitForTurn(root, progress);
  try {
    if (isInstalled(venv)) return venv;
    if (existsSync(venv)) {
      progress("an earlier install was interrupted or is out of date: starting it over");
      rmSync(venv, { recursive: true, force: true });
    }
    progress(`installing the emulated cloud and ffmpeg with Python ${python.version}, once (about 110 MB to fetch)`);
    await step("making the virtual environment", python.command, [TETHERED, "venv", venv], root, path);
    const pip = [TETHERED, "pip", "install", "--only-binary", ":all:", "--requirement", REQUIREMENTS];
    await step("installing the Python packages", join(venv, "bin", "python"), pip, root, path);
    writeFileSync(stampOf(venv), wantedStamp());
    return venv;
  } finally {
    await turn.release();
  }
}
