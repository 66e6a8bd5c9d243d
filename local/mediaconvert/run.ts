/** One job from source to outputs, in a folder of its own that is gone afterwards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ProcessFailed, runProgram, type RunOptions } from "../ffmpeg";
import { ffmpegArguments, outputFolders, outputRate, SOURCE_FILE } from "./command.plan";
import type { RunContext } from "./context";
import { JobFailure } from "./errors";
import { inspect, refusal } from "./inspect";
import { largestArea, memoryLimit, transcodeTime } from "./limits.plan";
import { publish, type GroupResult } from "./publish";
import { readSource, type ProbedFile, type SourceFacts } from "./source.plan";
import { download, transferFailure } from "./transfer";

export const PID_FILE = "pid";

/** @throws JobFailure, or ProcessFailed "aborted" when the signal came */
export async function runJob(context: RunContext): Promise<GroupResult[]> {
  const { folder, signal } = context;
  await rm(folder, { recursive: true, force: true });
  try {
    // The folders are the first thing that a full disk refuses.
    await mkdir(join(folder, "in"), { recursive: true });
    context.onProgress("PROBING", 0);
    const { file, bytes } = await fetchSource(context);
    context.onProbed(file);
    const source = readSource(file);
    context.onProgress("PROBING", 100);
    const area = largestArea(context.plan, source);
    const rate = outputRate(context.plan, source);
    const outputs = (source.duration * rate.numerator) / rate.denominator;
    const limits = { timeout: transcodeTime(file, { area, bytes, outputs }), memory: memoryLimit(area) };
    await transcode(context, source, limits);
    const results = await publish(context, source);
    context.onProgress("UPLOADING", 100);
    return results;
  } catch (error) {
    if (signal.aborted) throw new ProcessFailed("aborted", "", "stopped");
    const full =
      (error as NodeJS.ErrnoException).code === "ENOSPC"
        ? "Disk full: no room for the job's files"
        : error instanceof JobFailure && error.code === 1507 && error.message;
    throw full ? new JobFailure(1507, `${full}${await roomOn(folder)}`) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Which disk a person has to make room on, and how much is left of it; nothing where the system does not say. */
async function roomOn(folder: string): Promise<string> {
  try {
    // The job's own folder may be what there was no room for; the one above it is made at the start.
    const { bavail, blocks, bsize } = await statfs(dirname(dirname(folder)));
    const megabytes = (count: number): string => `${((count * bsize) / 1e6).toFixed(1)} MB`;
    return `; ${megabytes(bavail)} of ${megabytes(blocks)} free on the disk of ${dirname(dirname(folder))}: make room there, then retry the title`;
  } catch {
    return "";
  }
}

type Fetched = { file: ProbedFile; bytes: number };

async function fetchSource({ s3, tools, folder, plan, signal }: RunContext): Promise<Fetched> {
  const input = join(folder, "in");
  try {
    await download(s3, plan.input, join(input, SOURCE_FILE), { signal });
  } catch (error) {
    throw transferFailure(error, plan.input.uri, "read");
  }
  try {
    const { size } = await stat(join(input, SOURCE_FILE));
    return { file: await inspect(tools, input, { signal, counted: size }), bytes: size };
  } catch (error) {
    if (!(error instanceof ProcessFailed) || error.reason === "aborted") throw error;
    throw new JobFailure(1010, `Unable to open input file [${plan.input.uri}]: ${refusal(error)}`);
  }
}

type Limits = Required<Pick<RunOptions, "timeout" | "memory">>;

async function transcode(context: RunContext, source: SourceFacts, limits: Limits): Promise<void> {
  const { plan, tools, folder, signal, onProgress } = context;
  const cwd = join(folder, "in");
  const args = ffmpegArguments(plan, source);
  for (const output of outputFolders(plan)) mkdirSync(join(cwd, output));
  onProgress("TRANSCODING", 0);
  let frames = 0;
  const onLine = (line: string): void => {
    const [, name, value] = /^(\w+)=\s*(\S+)/.exec(line) ?? [];
    if (name === "frame") frames = Number(value) || 0;
    if (name !== "out_time_us" || !(Number(value) > 0)) return;
    const done = source.duration > 0 ? Number(value) / 1e6 / source.duration : 0;
    onProgress("TRANSCODING", Math.min(99, Math.round(done * 100)), frames);
  };
  const onStart = (pid: number): void => writeFileSync(join(folder, PID_FILE), String(pid));
  try {
    await runProgram(tools.ffmpeg, args, { cwd, ...limits, signal, onLine, onStart });
  } catch (error) {
    throw error instanceof ProcessFailed ? transcodeFailure(error, plan.input.uri, limits) : error;
  }
  onProgress("TRANSCODING", 100, frames);
}

/** The last is AV1, for which this build of ffmpeg only knows decoders in hardware. */
const NO_DECODER = /Decoder .*not found|Unknown decoder|no decoder found|doesn't support hardware accelerated/i;

function transcodeFailure(error: ProcessFailed, uri: string, { timeout, memory }: Limits): Error {
  if (error.reason === "aborted") return error;
  if (error.reason === "timeout") {
    const seconds = Math.round(timeout / 1000);
    return new JobFailure(
      1999,
      `Transcoding ${uri} was stopped after ${seconds} s, the most for as much film as it holds`,
    );
  }
  if (error.reason === "memory") {
    const megabytes = Math.round(memory / 2 ** 20);
    return new JobFailure(
      1999,
      `Transcoding ${uri} takes more than ${megabytes} MB of memory, the most for its picture`,
    );
  }
  if (/No space left on device/.test(error.stderr))
    return new JobFailure(1507, "Disk full: no room to write the outputs");
  if (NO_DECODER.test(error.stderr))
    return new JobFailure(1030, `Unsupported codec in ${uri}: ffmpeg has no decoder for it here`);
  if (/enc:(libx264|mjpeg)\b[^\]]*\] Could not open encoder before EOF/.test(error.stderr))
    return new JobFailure(1020, `No picture could be decoded from ${uri}`);
  return new JobFailure(1999, `Transcoding ${uri} failed: ${lastWords(error)}`);
}

/** The last line that tells a cause, without the addresses of ffmpeg's parts. */
function lastWords({ stderr, message }: ProcessFailed): string {
  const lines = stderr.trim().split("\n");
  const cause = lines.filter((line) => !/Terminating thread|Task finished|Nothing was written/.test(line)).at(-1);
  return (cause || message).replace(/\[([^\]]*?) @ 0x[0-9a-f]+\]/g, "[$1]");
}
