import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = resolve(__dirname, "../../..");
const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");

/** The sample repeated, so that there is something to seek in. Seconds. */
export const FIXTURE_SECONDS = 42;
export const FIXTURE_HEIGHTS = [720, 360, 240];
const TILE = { width: 160, height: 90, columns: 5, every: 2 };

/** Writes `stream.m3u8` and `stream.mpd` over one set of segments, `thumbnails.vtt` with `sprite-0.jpg`, and `poster.jpg`. */
export async function makeFixtureMedia(ffmpeg: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const input = ["-v", "error", "-y", "-stream_loop", "-1", "-t", String(FIXTURE_SECONDS), "-i", SAMPLE];
  const rungs = FIXTURE_HEIGHTS.flatMap((height, index) => [
    "-map", "0:v", `-filter:v:${index}`, `scale=-2:${height}`, `-b:v:${index}`, `${Math.round(height * 1.5)}k`,
  ]); // prettier-ignore
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0"];
  const sound = ["-map", "0:a", "-c:a", "aac", "-ac", "2", "-b:a", "96k"];
  const dash = ["-f", "dash", "-seg_duration", "4", "-adaptation_sets", "id=0,streams=v id=1,streams=a"];
  const names = ["-hls_playlist", "1", "-hls_master_name", "stream.m3u8", join(dir, "stream.mpd")];
  await run(ffmpeg, [...input, ...rungs, ...sound, ...codec, ...dash, ...names]);
  const count = FIXTURE_SECONDS / TILE.every;
  const rows = Math.ceil(count / TILE.columns);
  const tiles = `fps=1/${TILE.every},scale=${TILE.width}:${TILE.height},tile=${TILE.columns}x${rows}`;
  await run(ffmpeg, [...input, "-vf", tiles, "-frames:v", "1", "-q:v", "4", "-update", "1", join(dir, "sprite-0.jpg")]);
  await run(ffmpeg, ["-v", "error", "-y", "-ss", "2", "-i", SAMPLE, "-frames:v", "1", "-q:v", "3", "-update", "1", join(dir, "poster.jpg")]); // prettier-ignore
  await writeFile(join(dir, "thumbnails.vtt"), tileFile(count));
}

function tileFile(count: number): string {
  const stamp = (seconds: number): string => `00:${String(seconds).padStart(2, "0")}.000`;
  const cues = Array.from({ length: count }, (_, index) => {
    const x = (index % TILE.columns) * TILE.width;
    const y = Math.floor(index / TILE.columns) * TILE.height;
    const time = `${stamp(index * TILE.every)} --> ${stamp((index + 1) * TILE.every)}`;
    return `${time}\nsprite-0.jpg#xywh=${x},${y},${TILE.width},${TILE.height}\n`;
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}
