/** What a run made, under the service's names: manifests over the segments, captures numbered from 0, all uploaded. */
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { captureFolder, FFMPEG_MANIFEST, initFile, outputRate, segmentFile, streamFolder } from "./command.plan";
import { dashManifest } from "./dash.plan";
import { JobFailure } from "./errors";
import { mediaPlaylist, multivariantPlaylist } from "./hls.plan";
import type { CapturePlan, StreamingPlan } from "./job.types";
import { initName, lengthOf, readTimelines, segmentName, withSizes, type Rendition } from "./renditions.plan";
import type { RunContext } from "./context";
import { languageWritten } from "./sound.plan";
import type { SourceFacts } from "./source.plan";
import type { OutputDetail } from "./store";
import { upload, type Upload } from "./transfer";

/** What a group made, as GetJob and the event COMPLETE tell it. */
export interface GroupResult {
  type: "CMAF_GROUP" | "FILE_GROUP";
  details: OutputDetail[];
  /** CMAF_GROUP: both manifests. */
  playlists?: string[];
  /** FILE_GROUP: the last file, whose number tells how many there are. */
  files?: string[];
}

export async function publish(context: RunContext, source: SourceFacts): Promise<GroupResult[]> {
  const prepared = [];
  for (const group of context.plan.groups) {
    prepared.push(
      group.kind === "captures"
        ? { group, ...(await captures(context, group, source)) }
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

async function captures({ folder, plan }: RunContext, group: CapturePlan, source: SourceFacts): Promise<Prepared> {
  const from = join(folder, "in", captureFolder(group));
  const names = (await readdir(from)).sort();
  if (names.length === 0) throw new JobFailure(1020, `No picture could be decoded from ${plan.input.uri}`);
  const { bucket, prefix, base } = group.destination;
  const nameOf = (file: string): string => `${base}${group.modifier}.${file.replace(/\.jpg$/, "")}.${group.extension}`;
  const uploads = names.map((name) => ({ file: join(from, name), name: nameOf(name), contentType: "image/jpeg" }));
  const { width = source.video?.width ?? 0, height = source.video?.height ?? 0 } = group.picture;
  const seconds = source.video?.duration || source.duration;
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
  const write = async (file: string, name: string, contentType: string, text: string): Promise<Upload> => {
    await writeFile(join(from, file), text);
    return { file: join(from, file), name, contentType };
  };
  const { bucket, prefix, base } = group.destination;
  if (group.hls) {
    for (const [index, rendition] of renditions.entries()) {
      const text = mediaPlaylist(rendition, group);
      first.push(await write(`media${index}.m3u8`, `${rendition.name}.m3u8`, HLS_TYPE, text));
    }
    const text = multivariantPlaylist(renditions, group);
    last.push(await write("multivariant.m3u8", `${base}.m3u8`, HLS_TYPE, text));
  }
  if (group.dash) {
    const text = dashManifest(renditions, group);
    last.push(await write("manifest.mpd", `${base}.mpd`, DASH_TYPE, text));
  }
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
