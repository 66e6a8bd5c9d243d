/** ffprobe over one file, and why a file is no source. */
import { ProcessFailed, inputLimits, runProgram, type MediaTools } from "../ffmpeg";
import { SOURCE_FILE } from "./command.plan";
import type { ProbedFile } from "./source.plan";

/** Milliseconds: what the service gives a probe. */
const TIME_LIMIT = 60_000;

/**
 * @param folder holds the file as `source` and nothing else
 * @throws ProcessFailed when it is no media file, or of a kind that is not opened here (playlists, pictures)
 */
export async function inspect(tools: MediaTools, folder: string, signal?: AbortSignal): Promise<ProbedFile> {
  const args = ["-v", "error", ...inputLimits(), "-of", "json", "-show_format", "-show_streams", `file:${SOURCE_FILE}`];
  const text = await runProgram(tools.ffprobe, args, { cwd: folder, timeout: TIME_LIMIT, signal });
  const probed = JSON.parse(text) as Partial<ProbedFile>;
  return { streams: probed.streams ?? [], format: probed.format ?? {} };
}

/** What ffprobe's last words mean to people. */
export function refusal(error: ProcessFailed): string {
  if (error.reason === "timeout") return `it could not be read within ${TIME_LIMIT / 1000} seconds`;
  if (/not on whitelist/i.test(error.stderr))
    return "its format is not accepted (playlists and pictures are no sources)";
  if (/moov atom not found/i.test(error.stderr)) return "its index is missing: the file is cut off or not finished";
  if (/Invalid data found/i.test(error.stderr)) return "no parser found for its container";
  const last = error.stderr.trim().split("\n").at(-1) ?? "";
  return last.replace(/^.*?: /, "") || error.message;
}
