/** Poster, sprite sheets and their cues: whole, upright, small. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { MediaTools } from "../../../local/ffmpeg";
import { checkCorners } from "./checkMarks";
import type { Expected } from "./expected";
import { type Frame, still } from "./media";

const CUES = "thumbnails.vtt";
const POSTER = "poster.jpg";
/** Bytes of the largest sheet. */
const MOST_BYTES = 4 * 1024 * 1024;

interface Cue {
  from: number;
  to: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const seconds = (stamp: string): number =>
  stamp
    .split(":")
    .map(Number)
    .reduce((sum, part) => sum * 60 + part, 0);

function readCues(folder: string): Cue[] {
  const text = readFileSync(join(folder, CUES), "utf8");
  assert.match(text, /^WEBVTT\n\n/);
  return [...text.matchAll(/^([\d:.]+) --> ([\d:.]+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)].map(
    ([, from = "", to = "", sheet = "", ...place]) => {
      const [x = 0, y = 0, width = 0, height = 0] = place.map(Number);
      return { from: seconds(from), to: seconds(to), sheet, x, y, width, height };
    },
  );
}

/** Names of what the storyboard is made of, as its cues name them. */
export function storyboardFiles(folder: string): string[] {
  const sheets = existsSync(join(folder, CUES)) ? readCues(folder).map(({ sheet }) => sheet) : [];
  return [POSTER, CUES, ...new Set(sheets)];
}

function cut({ rgb, width }: Frame, cue: Cue): Frame {
  const rows = Array.from({ length: cue.height }, (_, row) => {
    const start = ((cue.y + row) * width + cue.x) * 3;
    return rgb.subarray(start, start + cue.width * 3);
  });
  return { width: cue.width, height: cue.height, rgb: Buffer.concat(rows) };
}

export async function checkStoryboard(tools: MediaTools, folder: string, expected: Expected): Promise<void> {
  const cues = readCues(folder);
  assert.equal(cues[0]?.from, 0, "the first cue begins with the film");
  for (const [index, { to }] of cues.entries())
    assert.equal(cues[index + 1]?.from ?? to, to, "cues follow each other without a gap");
  const end = cues.at(-1)?.to ?? 0;
  // The film's length as the job tells it: the longest of its renditions.
  assert.ok(Math.abs(end - expected.seconds) <= 0.1, `the last cue ends at ${end}, the film at ${expected.seconds}`);
  const sheets = new Map<string, Frame>();
  for (const { sheet } of cues) {
    if (sheets.has(sheet)) continue;
    assert.ok(statSync(join(folder, sheet)).size <= MOST_BYTES, `${sheet} is larger than 4 MB`);
    sheets.set(sheet, await still(tools, join(folder, sheet)));
  }
  for (const cue of cues) {
    const frame = sheets.get(cue.sheet);
    assert.ok(
      frame && cue.x + cue.width <= frame.width && cue.y + cue.height <= frame.height,
      "a cue lies on its sheet",
    );
    if (expected.marked !== false) checkCorners(cut(frame, cue), `tile at ${cue.from} s`);
  }
  const poster = await still(tools, join(folder, POSTER));
  if (expected.marked !== false) checkCorners(poster, "poster");
}
