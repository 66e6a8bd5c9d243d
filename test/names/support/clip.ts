/** The film that stands for every film here: half a second, with sound, a few kilobytes. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findMediaTools, type MediaTools } from "../../../local/ffmpeg.js";
import { readyVenv } from "../../support/ministack.js";

const run = promisify(execFile);

export const mediaTools = async (): Promise<MediaTools> => findMediaTools(await readyVenv());

/** Makes a file by ffmpeg. @param args without the program's own noise; the output's path last. */
export async function ffmpeg(args: string[], cwd?: string): Promise<void> {
  const { ffmpeg: program } = await mediaTools();
  await run(program, ["-v", "error", "-y", "-nostdin", ...args], { cwd, maxBuffer: 64 * 1024 * 1024 });
}

/** Options of ffmpeg for a picture and a tone. @param seconds of both. */
export const source = (seconds: number, size = "320x180"): string[] => [
  ...["-f", "lavfi", "-i", `testsrc2=s=${size}:r=25:d=${seconds}`],
  ...["-f", "lavfi", "-i", `sine=f=440:d=${seconds}`],
];

export const CODED = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k"];

/** Makes the film in a folder and gives its bytes. */
export async function makeClip(folder: string): Promise<Buffer> {
  const file = join(folder, "clip.source");
  await ffmpeg([...source(0.5), ...CODED, "-movflags", "+faststart", "-f", "mp4", file]);
  return readFileSync(file);
}
