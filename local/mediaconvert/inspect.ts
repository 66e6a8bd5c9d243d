/** ffprobe over one file, and why a file is no source. */
import { ProcessFailed, inputLimits, runProgram, type MediaTools } from "../ffmpeg";
import { SOURCE_FILE } from "./command.plan";
import { PROBE_MEMORY, PROBE_TIME, readTime } from "./limits.plan";
import type { ProbedFile } from "./source.plan";

export interface InspectOptions {
  signal?: AbortSignal;
  /** Bytes of the file, when it is to be read whole and its packets counted. */
  counted?: number;
}

/**
 * @param folder holds the file as `source` and nothing else
 * @throws ProcessFailed when it is no media file, or of a kind that is not opened here (playlists, pictures)
 */
export async function inspect(tools: MediaTools, folder: string, options: InspectOptions = {}): Promise<ProbedFile> {
  const { signal, counted } = options;
  const args = ["-v", "error", ...inputLimits(), "-of", "json", "-show_format", "-show_streams"];
  if (counted !== undefined) args.push("-count_packets");
  const timeout = counted === undefined ? PROBE_TIME : readTime(counted);
  const limits = { cwd: folder, timeout, memory: PROBE_MEMORY, signal };
  const text = await runProgram(tools.ffprobe, [...args, `file:${SOURCE_FILE}`], limits);
  const probed = JSON.parse(text) as Partial<ProbedFile>;
  return { streams: probed.streams ?? [], format: probed.format ?? {} };
}

/** What ffprobe's last words mean to people. */
export function refusal(error: ProcessFailed): string {
  if (error.reason === "timeout") return `it could not be read within ${PROBE_TIME / 1000} seconds`;
  // ffprobe says that it has no memory also of tracks beyond its own bound (max_streams, 1000).
  if (error.reason === "memory")
    return `reading it takes more than ${PROBE_MEMORY / 2 ** 20} MB of memory, or it has more than 1000 tracks`;
  if (error.reason === "output") return "it names more tracks and tags than any film has";
  if (/not on whitelist/i.test(error.stderr))
    return "its format is not accepted (playlists and pictures are no sources)";
  if (/moov atom not found/i.test(error.stderr)) return "its index is missing: the file is cut off or not finished";
  if (/Invalid data found/i.test(error.stderr)) return "no parser found for its container";
  const last = error.stderr.trim().split("\n").at(-1) ?? "";
  return last.replace(/^.*?: /, "") || error.message;
}
