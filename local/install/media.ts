/** ffmpeg and ffprobe: there, and able to run on this machine. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "../../cli/shell.js";
import { findMediaTools, type MediaTools } from "../ffmpeg.js";

const run = promisify(execFile);
const AGAIN = "remove that folder and run npm start again: it is installed anew";

export interface CheckedTools extends MediaTools {
  /** As ffmpeg names it: `8.1.2`. */
  version: string;
}

/** @throws CommandError when one of the two is missing or does not run. */
export async function checkMedia(venv: string): Promise<CheckedTools> {
  let tools: MediaTools;
  try {
    tools = findMediaTools(venv);
  } catch (error) {
    throw new CommandError({ what: "ffmpeg is missing", value: venv, action: AGAIN }, { cause: error });
  }
  const versions: string[] = [];
  for (const [name, file] of Object.entries(tools)) {
    try {
      const { stdout } = await run(file, ["-version"], { timeout: 20_000 });
      versions.push(/version n?([\d.]+)/.exec(stdout)?.[1] ?? "of unknown version");
    } catch (error) {
      const value = `${file}: ${(error as NodeJS.ErrnoException).code ?? "it failed"}`;
      throw new CommandError({ what: `${name} does not run`, value, action: AGAIN }, { cause: error });
    }
  }
  return { ...tools, version: versions[0] ?? "" };
}
