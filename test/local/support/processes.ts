/** Which processes a local platform has, by what the launcher noted and by what the machine shows. */
import { readdirSync, readFileSync } from "node:fs";
import type { Layout } from "../../../local/launcher/layout.js";

export interface Known {
  name: string;
  pid: number;
}

/** Processes that mention the folder: functions and encoders, whose parents are the launcher's. */
export function processesIn(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
      return read("cmdline").includes(folder) || read("environ").includes(folder);
    } catch {
      return false;
    }
  });
}

/** The processes that a launcher has noted. @throws Error when it has noted none. */
export const notedIn = (layout: Layout): Known[] =>
  (JSON.parse(readFileSync(layout.processes, "utf8")) as { processes: Known[] }).processes;
