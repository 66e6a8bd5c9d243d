/** Films of which a part is gone: cut off, or overwritten, behind the index. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { CODED, ffmpeg, source } from "./clip.js";

export interface Half {
  /** File name. */
  name: string;
  body: Buffer;
}

const VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"];
const MPEG2 = ["-c:v", "mpeg2video", "-b:v", "800k", "-c:a", "mp2"];
const MPEG4 = ["-c:v", "mpeg4", "-b:v", "800k", "-c:a", "libmp3lame"];

/** Seconds. Two segments and a half. */
const LENGTH = 15;

/** Containers that can be read from their beginning, by file name, with ffmpeg's options. */
const CONTAINERS: Record<string, string[]> = {
  "faststart.mp4": [...CODED, "-movflags", "+faststart"],
  "fragments.mp4": [...CODED, "-g", "25", "-movflags", "+frag_keyframe+empty_moov"],
  "faststart.mov": [...CODED, "-movflags", "+faststart"],
  "matroska.mkv": CODED,
  "web.webm": VP9,
  "old.avi": MPEG4,
  "stream.ts": CODED,
  "disc.m2ts": [...CODED, "-mpegts_m2ts_mode", "1"],
  "program.mpg": [...MPEG2, "-f", "mpeg"],
};

const [noise = Buffer.alloc(1)] = fc
  .sample(fc.uint8Array({ minLength: 4096, maxLength: 4096 }), { numRuns: 1, seed: 4 })
  .map((bytes) => Buffer.from(bytes));

/** The part of the film from `from` to `to`, in hundredths of its bytes, filled with something else. */
const filled = (film: Buffer, from: number, to: number, filling: Buffer): Buffer => {
  const changed = Buffer.from(film);
  const at = (hundredths: number): number => Math.floor((film.length * hundredths) / 100);
  return changed.fill(filling, at(from), at(to));
};
const ZEROS = Buffer.alloc(1);

const DAMAGES: Record<string, (film: Buffer) => Buffer> = {
  "half cut": (film) => film.subarray(0, film.length >> 1),
  "tenth left": (film) => film.subarray(0, Math.floor(film.length / 10)),
  "tenth cut": (film) => film.subarray(0, Math.floor(film.length * 0.9)),
  "last byte cut": (film) => film.subarray(0, -1),
  "half zeros": (film) => filled(film, 50, 100, ZEROS),
  "half noise": (film) => filled(film, 50, 100, noise),
  "hole of zeros": (film) => filled(film, 40, 60, ZEROS),
  "hole of noise": (film) => filled(film, 40, 60, noise),
  "every eighth part lost": (film) =>
    Buffer.concat(
      Array.from({ length: Math.ceil(film.length / 8192) }, (_, index) => {
        const part = film.subarray(index * 8192, (index + 1) * 8192);
        return index % 8 === 7 ? Buffer.alloc(part.length) : part;
      }),
    ),
};

/** @param folder for the whole films. */
export async function halves(folder: string): Promise<Half[]> {
  const found: Half[] = [];
  for (const [container, coded] of Object.entries(CONTAINERS)) {
    await ffmpeg([...source(LENGTH), ...coded, container], folder);
    const film = readFileSync(join(folder, container));
    for (const [damage, change] of Object.entries(DAMAGES))
      found.push({ name: `${damage} ${container}`, body: change(film) });
  }
  return found;
}
