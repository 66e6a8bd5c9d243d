/**
 * The one ffmpeg run that makes every output of a job: the source is decoded once. Pure.
 *
 * QVBR becomes x264's constant rate factor under a VBV: a lower factor for a higher quality level, never more bits than
 * `maxBitrate` asks for. The VBV is filled at FILL × maxBitrate and holds BUFFER × maxBitrate bits, so that no second can
 * carry more than FILL + BUFFER = 1.05 × maxBitrate, however a quiet scene is followed by a busy one.
 */
import { decodeLimits, inputLimits, threadLimits } from "../ffmpeg";
import { JobFailure } from "./errors";
import { captureFilter, filterGraph, padding, preparation, scaleFilters } from "./filters.plan";
import type { CapturePlan, JobPlan, PicturePlan, Rate, StreamingPlan, VideoPlan } from "./job.types";
import { audioOptions, endFilters, findAudio } from "./sound.plan";
import type { SourceFacts } from "./source.plan";

const FILL = 0.8;
const BUFFER = 0.25;

/** Files of a run, in its folder. The `index` of a rendition is its place among the group's outputs. */
export const SOURCE_FILE = "source";
export const streamFolder = (group: StreamingPlan): string => `group${group.index}`;
export const FFMPEG_MANIFEST = "ffmpeg.mpd";
export const initFile = (rendition: number): string => `r${rendition}-init.mp4`;
export const segmentFile = (rendition: number, number: number): string =>
  `r${rendition}-${String(number).padStart(9, "0")}.m4s`;
export const captureFolder = (group: CapturePlan): string => `captures${group.index}`;

/**
 * x264 presets by quality tuning. Processor seconds for 20 s of the 720p sample in three rungs with captures on two cores, SSIM of
 * its top rung and bitrate: superfast 8.8, 0.973, 2.2 Mb/s · veryfast 12.9, 0.976, 1.8 · faster 21.0, 0.978, 2.0 · fast
 * 26.9, 0.979, 2.1 · medium 31.5, 0.979, 2.1. Past "veryfast" the time doubles for a thousandth or two.
 */
const PRESETS = { SINGLE_PASS: "superfast", SINGLE_PASS_HQ: "veryfast", MULTI_PASS_HQ: "fast" } as const;

/** QVBR level 7 ("most broadcast-quality transcodes": 6 to 9) is CRF 23, x264's own default; each level is two steps. */
const crfOf = (quality: number): number => Number((37 - 2 * quality).toFixed(2));

/** libjpeg's quality of 1 to 100 as mjpeg's quantiser of 31 to 2. */
const jpegQuantiser = (quality: number): number => Math.round(2 + 29 * ((100 - quality) / 99) ** 1.6);

function gopFrames(video: VideoPlan, rate: Rate): number {
  const { unit, size } = video.gop;
  return unit === "frames" ? size : Math.max(1, Math.round((size * rate.numerator) / rate.denominator));
}

/** Options of the video stream number `stream` of its output file. */
function videoOptions(video: VideoPlan, stream: number, rate: Rate, group: StreamingPlan): string[] {
  const gop = String(gopFrames(video, rate));
  const buffer = Math.min(video.bufferSize ?? Infinity, video.maxBitrate * BUFFER);
  const options: [string, string][] = [
    ["-c", "libx264"],
    ["-preset", PRESETS[video.tuning]],
    ["-profile", video.profile],
    ...(video.level ? ([["-level", video.level]] satisfies [string, string][]) : []),
    ["-crf", String(crfOf(video.quality))],
    ["-maxrate", String(Math.floor(video.maxBitrate * FILL))],
    ["-bufsize", String(Math.floor(buffer))],
    ["-g", gop],
    ["-keyint_min", gop],
    // A key frame at a cut would shift the groups of one rung against those of another.
    ["-sc_threshold", "0"],
    ["-flags", "+cgop"],
    ...(video.bFrames === undefined ? [] : ([["-bf", String(video.bFrames)]] satisfies [string, string][])),
    ...(video.references === undefined ? [] : ([["-refs", String(video.references)]] satisfies [string, string][])),
    ...(group.exactSegments
      ? ([["-force_key_frames", `expr:gte(t,n_forced*${group.segment})`]] satisfies [string, string][])
      : []),
  ];
  return options.flatMap(([name, value]) => [`${name}:v:${stream}`, value]);
}

/** One dash muxer writes the segments of a group; its manifest is read for their times, and ours are written from that. */
function streamingOutput(group: StreamingPlan, labels: string[], rate: Rate, source: SourceFacts, end: string[]) {
  const maps: string[] = [];
  const options: string[] = [];
  let [video, audio] = [0, 0];
  for (const output of group.outputs) {
    if ("video" in output) {
      maps.push("-map", labels[video] ?? "");
      options.push(...videoOptions(output.video, video, rate, group));
      video += 1;
    } else {
      maps.push("-map", `0:${findAudio(output.audio, source).index}`);
      options.push(...audioOptions(output.audio, audio, source, end));
      audio += 1;
    }
  }
  const sets = group.outputs.map((_, index) => `id=${index},streams=${index}`).join(" ");
  return [
    ...maps,
    ...options,
    ...threadLimits(),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-f", "dash", "-seg_duration", String(group.segment)],
    ...["-frag_type", "duration", "-frag_duration", String(group.fragment)],
    ...["-use_template", "1", "-use_timeline", "1", "-format_options", "movflags=+cmaf"],
    ...["-init_seg_name", "r$RepresentationID$-init.mp4", "-media_seg_name", "r$RepresentationID$-$Number%09d$.m4s"],
    ...["-adaptation_sets", sets],
    `${streamFolder(group)}/${FFMPEG_MANIFEST}`,
  ];
}

const captureOutput = (group: CapturePlan, label: string): string[] => [
  ...["-map", label, "-c:v", "mjpeg", "-q:v", String(jpegQuantiser(group.quality)), "-fps_mode", "passthrough"],
  ...["-frames:v", String(group.max), "-map_metadata", "-1", "-start_number", "0", "-f", "image2"],
  `${captureFolder(group)}/%07d.jpg`,
];

/** Beyond this a source's rate is the clock of its time stamps. */
const FASTEST = 300;

/** The rate of all pictures: the job's, else the source's, where that can be one. */
export function outputRate(plan: JobPlan, source: SourceFacts): Rate {
  const videos = plan.groups.flatMap((group) => (group.kind === "streaming" ? group.outputs : []));
  const asked = videos.flatMap((output) => ("video" in output && output.video.rate ? [output.video.rate] : []));
  const own = source.video?.rate ?? { numerator: 25, denominator: 1 };
  return asked[0] ?? (own.numerator / own.denominator > FASTEST ? { numerator: 30, denominator: 1 } : own);
}

interface Branch {
  group: JobPlan["groups"][number];
  picture: PicturePlan;
  first: string[];
}

function branchesOf(plan: JobPlan): Branch[] {
  return plan.groups.flatMap((group): Branch[] => {
    if (group.kind === "captures") return [{ group, picture: group.picture, first: [captureFilter(group.rate)] }];
    return group.outputs.flatMap((output) => ("video" in output ? [{ group, picture: output.video, first: [] }] : []));
  });
}

/**
 * Arguments of the run, relative to a folder that holds the source as `source` and the folders of `outputFolders`.
 * @throws JobFailure 1020 without a picture, 1021 without the wanted sound
 */
export function ffmpegArguments(plan: JobPlan, source: SourceFacts): string[] {
  const branches = branchesOf(plan);
  const first = branches[0];
  if (first && !source.video) throw new JobFailure(1020, "No video in the input: it has no video track");
  const rate = outputRate(plan, source);
  let graph: string[] = [];
  let labels: string[] = [];
  if (first && source.video) {
    const video = source.video;
    const built = filterGraph(
      `[0:${video.index}]`,
      [...preparation(first.picture, video, plan.rotate, rate), ...padding(plan, video, rate)],
      branches.map((branch) => [...branch.first, ...scaleFilters(branch.picture, video, plan.rotate)]),
    );
    graph = ["-filter_complex", built.graph];
    labels = built.labels;
  }
  const labelsOf = (group: JobPlan["groups"][number]): string[] =>
    labels.filter((_, index) => branches[index]?.group === group);
  return [
    ...["-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-progress", "pipe:1", "-stats_period", "0.5"],
    ...(plan.rotate === "auto" ? [] : ["-noautorotate"]),
    ...inputLimits(),
    ...decodeLimits(),
    ...["-i", `file:${SOURCE_FILE}`],
    ...graph,
    ...plan.groups.flatMap((group) =>
      group.kind === "captures"
        ? captureOutput(group, labelsOf(group)[0] ?? "")
        : streamingOutput(group, labelsOf(group), rate, source, endFilters(plan, source)),
    ),
  ];
}

export const outputFolders = (plan: JobPlan): string[] =>
  plan.groups.map((group) => (group.kind === "captures" ? captureFolder(group) : streamFolder(group)));
