/** Files that no output may hold a byte of: a text and a film in one colour, put wherever a bad film could reach. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MediaTools } from "../../../local/ffmpeg";

const execute = promisify(execFile);

export const SENTINEL_TEXT = "SENTINEL-5b1f0c9e-another-title";
/** Names by which the lies ask for it. */
export const SENTINEL_FILM = "secret.mp4";
export const SENTINEL_NOTE = "secret.txt";

/** Writes both into a folder. */
export async function makeSentinels({ ffmpeg }: MediaTools, folder: string): Promise<{ film: Buffer; note: Buffer }> {
  const film = join(folder, SENTINEL_FILM);
  const source = ["-f", "lavfi", "-i", "color=c=0xFF00FF:size=320x180:rate=25"];
  const metadata = ["-metadata", `title=${SENTINEL_TEXT}`];
  await execute(ffmpeg, ["-v", "error", "-y", ...source, "-t", "1", "-c:v", "libx264", ...metadata, film]);
  writeFileSync(join(folder, SENTINEL_NOTE), `${SENTINEL_TEXT}\n`.repeat(50));
  return { film: readFileSync(film), note: readFileSync(join(folder, SENTINEL_NOTE)) };
}

export function copySentinels(from: string, folders: string[]): void {
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    for (const name of [SENTINEL_FILM, SENTINEL_NOTE]) copyFileSync(join(from, name), join(folder, name));
  }
}

/** True when one of the 8 × 8 pictures is in the sentinel's colour. */
export function shows(pictures: Buffer): boolean {
  for (let at = 0; at + 192 <= pictures.length; at += 192) {
    const pixels = Array.from({ length: 64 }, (_, index) => pictures.subarray(at + 3 * index, at + 3 * index + 3));
    if (pixels.every(([red = 0, green = 0, blue = 0]) => red > 230 && green < 25 && blue > 230)) return true;
  }
  return false;
}
