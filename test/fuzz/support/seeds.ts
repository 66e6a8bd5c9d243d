/** Six small films, one of each container and codec family, made the same way every time, so that a mutation's number names it. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MediaTools } from "../../../local/ffmpeg";

const execute = promisify(execFile);

export interface Seed {
  name: string;
  bytes: Buffer;
}

interface Recipe {
  size: string;
  seconds: number;
  video: string;
  audio?: string;
}

const RECIPES: Record<string, Recipe> = {
  "h264.mp4": {
    size: "1280x720",
    seconds: 0.6,
    video: "libx264 -preset veryfast -crf 34 -bf 2",
    audio: "aac -b:a 48k",
  },
  "hevc.mkv": {
    size: "320x180",
    seconds: 1,
    video: "libx265 -preset ultrafast -crf 32 -x265-params log-level=error:pools=none:frame-threads=1",
    audio: "libopus -b:a 32k",
  },
  "vp9.webm": { size: "160x90", seconds: 1, video: "libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 100k" },
  "mpeg2.ts": { size: "320x180", seconds: 1, video: "mpeg2video -b:v 400k -bf 2", audio: "mp2 -b:a 64k" },
  "mpeg4.avi": { size: "320x180", seconds: 1, video: "mpeg4 -b:v 300k", audio: "libmp3lame -b:a 64k" },
  "prores.mov": { size: "160x90", seconds: 0.5, video: "prores_ks -profile:v 0", audio: "pcm_s16le" },
};

export const SEED_NAMES = Object.keys(RECIPES);

/** What lies are told about: small, so that a film that says it is endless is made quickly. */
const LYING: Record<string, Recipe> = {
  mp4: { size: "160x90", seconds: 1, video: "libx264 -preset veryfast -bf 2", audio: "aac -b:a 48k" },
  mkv: { size: "160x90", seconds: 1, video: "libx264 -preset veryfast -bf 2", audio: "aac -b:a 48k" },
  ts: { size: "160x90", seconds: 1, video: "mpeg2video -b:v 200k -bf 2", audio: "mp2 -b:a 64k" },
  avi: { size: "160x90", seconds: 1, video: "mpeg4 -b:v 200k", audio: "libmp3lame -b:a 64k" },
};

export type Container = "mp4" | "mkv" | "ts" | "avi";

async function make({ ffmpeg }: MediaTools, folder: string, name: string, recipe: Recipe): Promise<Seed> {
  const { size, seconds, video, audio } = recipe;
  const file = join(folder, name);
  const sound = audio ? ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"] : [];
  const args = [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25`, ...sound],
    ...["-t", String(seconds), "-threads", "1", "-pix_fmt", name === "prores.mov" ? "yuv422p10le" : "yuv420p"],
    ...["-c:v", ...video.split(" "), ...(audio ? ["-c:a", ...audio.split(" ")] : [])],
    ...["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", file],
  ];
  await execute(ffmpeg, args);
  return { name, bytes: readFileSync(file) };
}

export const makeSeeds = (tools: MediaTools, folder: string): Promise<Seed[]> =>
  Promise.all(Object.entries(RECIPES).map(([name, recipe]) => make(tools, folder, name, recipe)));

export async function makeLiars(tools: MediaTools, folder: string): Promise<Record<Container, Buffer>> {
  const made = Object.entries(LYING).map(([kind, recipe]) => make(tools, folder, `lie.${kind}`, recipe));
  const [mp4, mkv, ts, avi] = (await Promise.all(made)).map(({ bytes }) => bytes);
  if (!mp4 || !mkv || !ts || !avi) throw new Error("a film to lie about is missing");
  return { mp4, mkv, ts, avi };
}
