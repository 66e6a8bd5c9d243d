/** Where everything local lies. Nothing is written outside it. */
import { join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../..");

/** `.local` of the repository, or what VOD_LOCAL names. */
export const localRoot = (): string => (process.env.VOD_LOCAL ? resolve(process.env.VOD_LOCAL) : join(ROOT, ".local"));

export interface Layout {
  /** Folder of everything local, shared by all starts: the virtual environment, `run.json`. */
  root: string;
  /** State of this platform. */
  state: string;
  emulator: string;
  mediaConvert: string;
  database: string;
  logs: string;
  /** Processes of the platform while it runs: what a killed launcher leaves to be found. */
  processes: string;
}

/** @param name `platform` for `npm start`; a run of its own has another. */
export function layoutOf(name: string, root = localRoot()): Layout {
  const state = join(root, name);
  const at = (part: string): string => join(state, part);
  return {
    root,
    state,
    emulator: at("emulator"),
    mediaConvert: at("mediaconvert"),
    database: at("database"),
    logs: at("logs"),
    processes: at("processes.json"),
  };
}

export const runFile = (root = localRoot()): string => join(root, "run.json");
