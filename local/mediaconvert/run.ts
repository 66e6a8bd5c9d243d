/** One job from source to outputs, in a folder of its own that is gone afterwards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { ProcessFailed, runProgram, type MediaTools } from "../ffmpeg";
import {
  captureFolder,
  ffmpegArguments,
  FFMPEG_MANIFEST,
  initFile,
  languageWritten,
  outputFolders,
  outputRate,
  segmentFile,
  SOURCE_FILE,
  streamFolder,
} from "./command.plan";
import { dashManifest } from "./dash.plan";
import { JobFailure } from "./errors";
import { mediaPlaylist, multivariantPlaylist } from "./hls.plan";
import { inspect, refusal } from "./inspect";
import type { CapturePlan, JobPlan, StreamingPlan } from "./job.types";
import { initName, lengthOf, readTimelines, segmentName, withSizes, type Rendition } from "./renditions.plan";
import { readSource, type ProbedFile, type SourceFacts } from "./source.plan";
import type { OutputDetail, Phase } from "./store";
import { download, transferFailure, upload, type Upload } from "./transfer";

export interface RunContext {
  plan: JobPlan;
  tools: MediaTools;
  /** Emptied first and removed at the end. */
  folder: string;
  s3: S3Client;
  signal: AbortSignal;
  onProbed(file: ProbedFile): void;
  /** 0 to 100 of the phase; `frames` decoded so far. */
  onProgress(phase: Phase, percent: number, frames?: number): void;
}

/** What a group made, as GetJob and the event COMPLETE tell it. */
export interface GroupResult {
  type: "CMAF_GROUP" | "FILE_GROUP";
  details: OutputDetail[];
  /** CMAF_GROUP: both manifests. */
  playlists?: string[];
  /** FILE_GROUP: the last file, whose number tells how many there are. */
  files?: string[];
}

/** Milliseconds: ten minutes and sixty times the film. */
const timeLimit = (source: SourceFacts): number => 600_000 + source.duration * 60_000;

export const PID_FILE = "pid";

/** @throws JobFailure, or ProcessFailed "aborted" when the signal came */
export async function runJob(context: RunContext): Promise<GroupResult[]> {
  const { folder, plan, signal } = context;
  await rm(folder, { recursive: true, force: true });
  try {
    // The folders are the first thing that a full disk refuses.
    await mkdir(join(folder, "in"), { recursive: true });
    context.onProgress("PROBING", 0);
    const file = await fetchSource(context);
    context.onProbed(file);
    const source = readSource(file);
    context.onProgress("PROBING", 100);
    await transcode(context, source);
    const results = await publish(context, source);
    context.onProgress("UPLOADING", 100);
    return results;
  } catch (error) {
    if (signal.aborted) throw new ProcessFailed("aborted", "", "stopped");
    if ((error as NodeJS.ErrnoException).code === "ENOSPC")
      throw new JobFailure(1507, "Disk full: no room for the job's files");
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  async function fetchSource({ s3, tools }: RunContext): Promise<ProbedFile> {
    const input = join(folder, "in");
    try {
      await download(s3, plan.input, join(input, SOURCE_FILE), { signal });
    } catch (error) {
      throw transferFailure(error, plan.input.uri, "read");
    }
    try {
      return await inspect(tools, input, signal);
    } catch (error) {
      if (!(error instanceof ProcessFailed) || error.reason === "aborted") throw error;
      throw new JobFailure(1010, `Unable to open input file [${plan.input.uri}]: ${refusal(error)}`);
    }
  }
}

async function transcode({ plan, tools, folder, signal, onProgress }: RunContext, source: SourceFacts): Promise<void> {
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
    await runProgram(tools.ffmpeg, args, { cwd, timeout: timeLimit(source), signal, onLine, onStart });
  } catch (error) {
    throw error instanceof ProcessFailed ? transcodeFailure(error, plan.input.uri) : error;
  }
  onProgress("TRANSCODING", 100, frames);
}

function transcodeFailure(error: ProcessFailed, uri: string): Error {
  if (error.reason === "aborted") return error;
  if (error.reason === "timeout") return new JobFailure(1999, "The job took longer than it may and was stopped");
  const last = error.stderr.trim().split("\n").at(-1) ?? error.message;
  if (/No space left on device/.test(error.stderr))
    return new JobFailure(1507, "Disk full: no room to write the outputs");
  if (/Decoder .*not found|Unknown decoder|no decoder found/i.test(error.stderr)) {
    return new JobFailure(1030, `Unsupported codec in ${uri}: ${last}`);
  }
  return new JobFailure(1999, `Transcoding ${uri} failed: ${last}`);
}

async function publish(context: RunContext, source: SourceFacts): Promise<GroupResult[]> {
  const prepared = [];
  for (const group of context.plan.groups) {
    prepared.push(
      group.kind === "captures"
        ? { group, ...(await captures(context, group)) }
        : { group, ...(await stream(context, group, source)) },
    );
  }
  const total = prepared.reduce((sum, { first, last }) => sum + first.length + last.length, 0);
  let done = 0;
  const onDone = (): void => context.onProgress("UPLOADING", Math.floor((++done * 100) / total));
  const options = { signal: context.signal, onDone };
  context.onProgress("UPLOADING", 0);
  for (const { group, first } of prepared) await upload(context.s3, first, group.destination, group.objects, options);
  // Manifests come last: whoever reads one finds what it names.
  for (const { group, last } of prepared) await upload(context.s3, last, group.destination, group.objects, options);
  return prepared.map(({ result }) => result);
}

interface Prepared {
  first: Upload[];
  last: Upload[];
  result: GroupResult;
}

async function captures({ folder, plan }: RunContext, group: CapturePlan): Promise<Prepared> {
  const from = join(folder, "in", captureFolder(group));
  const names = (await readdir(from)).sort();
  if (names.length === 0) throw new JobFailure(1020, `No picture could be decoded from ${plan.input.uri}`);
  const { bucket, prefix, base } = group.destination;
  const nameOf = (file: string): string => `${base}${group.modifier}.${file.replace(/\.jpg$/, "")}.${group.extension}`;
  const uploads = names.map((name) => ({ file: join(from, name), name: nameOf(name), contentType: "image/jpeg" }));
  const { width = 0, height = 0 } = group.picture;
  const seconds = names.length * (group.rate.denominator / group.rate.numerator);
  return {
    first: uploads,
    last: [],
    result: {
      type: "FILE_GROUP",
      files: [`s3://${bucket}/${prefix}${nameOf(names.at(-1) ?? "")}`],
      details: [{ durationInMs: Math.round(seconds * 1000), videoDetails: { widthInPx: width, heightInPx: height } }],
    },
  };
}

async function readRenditions(
  { folder, plan }: RunContext,
  group: StreamingPlan,
  source: SourceFacts,
): Promise<Rendition[]> {
  const from = join(folder, "in", streamFolder(group));
  const timelines = readTimelines(await readFile(join(from, FFMPEG_MANIFEST), "utf8"));
  const rate = outputRate(plan, source);
  const renditions: Rendition[] = [];
  for (const [index, output] of group.outputs.entries()) {
    const timeline = timelines[index];
    if (!timeline || timeline.segments.length === 0) {
      throw new JobFailure(1999, `Output ${index + 1} of group ${group.index + 1} came out empty`);
    }
    const sizes = timeline.segments.map((_, number) => stat(join(from, segmentFile(index, number + 1))));
    const bytes = (await Promise.all(sizes)).map(({ size }) => size);
    const { codec, timescale, width, height } = timeline;
    const kind =
      "video" in output
        ? { video: output.video, width, height, rate }
        : { audio: output.audio, language: languageWritten(output.audio, source) };
    const modifier = "video" in output ? output.video.modifier : output.audio.modifier;
    const name = `${group.destination.base}${modifier}`;
    renditions.push({ name, codec, timescale, segments: withSizes(timeline, bytes), kind });
  }
  return renditions;
}

/** A file that ends before its index says so is not a shorter film (1076, "unexpected end of file"). */
function requireWhole(renditions: Rendition[], source: SourceFacts, uri: string): void {
  const film = renditions.find(({ kind }) => "video" in kind);
  const expected = source.video?.duration ?? 0;
  if (!film || expected === 0) return;
  const made = lengthOf(film);
  if (expected - made < 1 || made / expected > 0.9) return;
  throw new JobFailure(
    1076,
    `Unexpected end of ${uri}: ${made.toFixed(1)} of ${expected.toFixed(1)} seconds could be read`,
  );
}

const HLS_TYPE = "application/vnd.apple.mpegurl";
const DASH_TYPE = "application/dash+xml";

async function stream(context: RunContext, group: StreamingPlan, source: SourceFacts): Promise<Prepared> {
  const from = join(context.folder, "in", streamFolder(group));
  const renditions = await readRenditions(context, group, source);
  requireWhole(renditions, source, context.plan.input.uri);
  const first = renditions.flatMap((rendition, index): Upload[] => {
    const contentType = "video" in rendition.kind ? "video/mp4" : "audio/mp4";
    return [
      { file: join(from, initFile(index)), name: initName(rendition), contentType },
      ...rendition.segments.map((_, number) => ({
        file: join(from, segmentFile(index, number + 1)),
        name: segmentName(rendition, number + 1),
        contentType,
      })),
    ];
  });
  const last: Upload[] = [];
  const add = async (file: string, name: string, contentType: string, text: string): Promise<void> => {
    await writeFile(join(from, file), text);
    last.push({ file: join(from, file), name, contentType });
  };
  const { bucket, prefix, base } = group.destination;
  if (group.hls) {
    for (const [index, rendition] of renditions.entries()) {
      await add(`media${index}.m3u8`, `${rendition.name}.m3u8`, HLS_TYPE, mediaPlaylist(rendition, group));
    }
    await add("multivariant.m3u8", `${base}.m3u8`, HLS_TYPE, multivariantPlaylist(renditions, group));
  }
  if (group.dash) await add("manifest.mpd", `${base}.mpd`, DASH_TYPE, dashManifest(renditions, group));
  const manifests = [...(group.dash ? [`${base}.mpd`] : []), ...(group.hls ? [`${base}.m3u8`] : [])];
  return {
    first,
    last,
    result: {
      type: "CMAF_GROUP",
      playlists: manifests.map((name) => `s3://${bucket}/${prefix}${name}`),
      details: renditions.map(detail),
    },
  };
}

const detail = (rendition: Rendition): OutputDetail => ({
  durationInMs: Math.round(lengthOf(rendition) * 1000),
  ...("video" in rendition.kind
    ? { videoDetails: { widthInPx: rendition.kind.width, heightInPx: rendition.kind.height } }
    : {}),
});
