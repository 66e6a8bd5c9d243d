/** Which tones are heard in which ear of finished sound. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MediaTools } from "../../local/ffmpeg";
import type { Heard } from "./sounds.table";
import { readHls } from "./support/manifests";
import { readFilm } from "./support/media";

const execute = promisify(execFile);
const RATE = 8000;
/** Of a full sine: what is mixed 13 dB down from a tone of 0.4 is still 0.09. */
const AUDIBLE = 0.04;
/** Encoders of several channels let a little of one into another. */
const SILENT = 0.01;

/** Amplitude of one frequency (Goertzel), the loudest of windows of a fifth of a second. */
function loudness(samples: Float32Array, hertz: number): number {
  const length = RATE / 5;
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let most = 0;
  for (let from = 0; from + length <= samples.length; from += length) {
    let [last, before] = [0, 0];
    for (const sample of samples.subarray(from, from + length))
      [last, before] = [sample + factor * last - before, last];
    most = Math.max(most, (2 * Math.sqrt(last ** 2 + before ** 2 - factor * last * before)) / length);
  }
  return most;
}

async function ears({ ffmpeg }: MediaTools, path: string): Promise<{ left: Float32Array; right: Float32Array }> {
  const args = ["-v", "error", "-i", path, "-ac", "2", "-ar", String(RATE), "-f", "f32le", "-"];
  const { stdout } = await execute(ffmpeg, args, { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 });
  const both = new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 4));
  return { left: both.filter((_, index) => index % 2 === 0), right: both.filter((_, index) => index % 2 === 1) };
}

/** @param hls path of the multivariant playlist. @param folder of the media. */
export async function checkTones(tools: MediaTools, folder: string, hls: string, heard: Heard[]): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "vod-tones-"));
  try {
    const { sounds } = readHls(hls);
    assert.equal(sounds.length, heard.length);
    for (const [index, { left, right, not = [] }] of heard.entries()) {
      const sound = sounds[index];
      assert.ok(sound);
      const { path } = readFilm(folder, sound, join(work, "sound.mp4"));
      const found = await ears(tools, path);
      const others = {
        left: right.filter((hertz) => !left.includes(hertz)),
        right: left.filter((hertz) => !right.includes(hertz)),
      };
      for (const [ear, wanted] of Object.entries({ left, right }) as ["left" | "right", number[]][]) {
        for (const hertz of wanted) {
          const level = loudness(found[ear], hertz);
          assert.ok(level > AUDIBLE, `sound ${index + 1}: ${hertz} Hz in the ${ear} ear is ${level.toFixed(4)}`);
        }
        for (const hertz of [...not, ...others[ear]]) {
          const level = loudness(found[ear], hertz);
          assert.ok(level < SILENT, `sound ${index + 1}: ${hertz} Hz strays into the ${ear} ear: ${level.toFixed(4)}`);
        }
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
