/**
 * Clips with marks that survive any encoder: what is seen and heard in them is known, so what becomes of it can be measured.
 *
 * The picture is dark grey, with a square in each corner (red, green, blue, yellow; a sixth of the shorter side), a white
 * one in the middle, a third of the shorter side, and above it one that is white during the flash alone. The sound is
 * silence, with a tone during the flash.
 */
import { execFile } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { MediaTools } from "../../../local/ffmpeg";
import type { Expected } from "./expected";

export interface Clip {
  /** File name, with its extension; unique within a run. */
  name: string;
  /**
   * Arguments of the ffmpeg runs that make it, in a folder of their own. The last run's output is the clip and is not
   * among its arguments; the runs before name theirs, as `part.mp4`.
   */
  runs: string[][];
  expected: Expected;
}

export interface Picture {
  /** As people shall see it: square pixels, upright. Even. */
  width: number;
  height: number;
  /** As ffmpeg reads it: 25, 30000/1001. */
  rate: string;
  seconds: number;
  /** Seconds; none without it. */
  flash?: number;
  /** A bar runs across the picture, for what is only seen in motion. */
  moving?: boolean;
  /** Every colour is drawn as this says; for what is no SDR. */
  colour?: (sdr: string) => string;
}

/** Seconds that flash and tone last. */
export const FLASH_SECONDS = 0.2;
export const COLOURS = { grey: "0x505050", white: "0xF0F0F0", dark: "0x202020" } as const;
const CORNERS = { red: "0xE02020", green: "0x20C020", blue: "0x2040E0", yellow: "0xE0D020" } as const;
/** Hertz. */
const TONE = 1000;

/** Side of a corner's square, in pixels of a picture of this size. */
export const unitOf = (width: number, height: number): number => Math.min(width, height) / 6;

/** A graph of ffmpeg's `lavfi` input: RGB pictures. */
export function pictureGraph({ width, height, rate, seconds, flash, moving, colour: own }: Picture): string {
  const as = own ?? ((sdr: string) => sdr);
  const unit = Math.round(unitOf(width, height));
  const box = (x: number, y: number, side: number, colour: string, when = ""): string =>
    `drawbox=x=${Math.round(x)}:y=${Math.round(y)}:w=${side}:h=${side}:c=${as(colour)}:t=fill${when}`;
  const [middleX, middleY] = [width / 2, height / 2];
  const flashAt = [middleX - unit / 2, middleY - 2.25 * unit] as const;
  const marks = [
    box(0, 0, unit, CORNERS.red),
    box(width - unit, 0, unit, CORNERS.green),
    box(0, height - unit, unit, CORNERS.blue),
    box(width - unit, height - unit, unit, CORNERS.yellow),
    box(middleX - unit, middleY - unit, 2 * unit, COLOURS.white),
    box(...flashAt, unit, COLOURS.dark),
    ...(flash === undefined ? [] : [box(...flashAt, unit, COLOURS.white, `:enable='${during(flash)}'`)]),
  ].join(",");
  const base = `color=c=${as(COLOURS.grey)}:s=${width}x${height}:r=${rate}:d=${seconds},format=rgb24,${marks}`;
  if (!moving) return base;
  const bar = `color=c=0xC0C0C0:s=${Math.round(unit / 3)}x${unit}:r=${rate}:d=${seconds},format=rgb24`;
  // One width a second, below the middle: nothing that is measured lies there.
  const run = `overlay=format=rgb:x='mod(t\\,1)*${width}':y=${Math.round(middleY + 1.4 * unit)}`;
  return `${base}[film];${bar}[bar];[film][bar]${run}`;
}

const during = (from: number): string => `gte(t\\,${from})*lt(t\\,${from + FLASH_SECONDS})`;

export interface Sound {
  seconds: number;
  flash?: number;
  /** As ffmpeg names layouts: mono, stereo, 5.1. */
  layout?: string;
  /** Hertz. */
  rate?: number;
  /** Hertz; tells languages apart. */
  tone?: number;
}

export function soundGraph({ seconds, flash, layout = "stereo", rate = 48_000, tone = TONE }: Sound): string {
  const one = flash === undefined ? `0.4*sin(2*PI*${tone}*t)` : `0.4*sin(2*PI*${tone}*t)*${during(flash)}`;
  const channels = { mono: 1, stereo: 2, "5.1": 6 }[layout] ?? 2;
  return `aevalsrc='${Array.from({ length: channels }, () => one).join("|")}':c=${layout}:s=${rate}:d=${seconds}`;
}

export const input = (graph: string): string[] => ["-f", "lavfi", "-i", graph];

/** RGB to BT.709 as televisions have it, and said so. */
export const BT709 = [
  "-vf",
  "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709",
];
export const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20"];
export const AAC = ["-c:a", "aac", "-b:a", "96k"];

/** The plainest clip: marks and tone, H.264 and AAC. */
export function plainRun(
  picture: Picture,
  more: { video?: string[]; audio?: string[]; layout?: string } = {},
): string[] {
  const { video = [...BT709, ...H264], audio = AAC, layout } = more;
  const { seconds, flash } = picture;
  const sound = soundGraph({ seconds, ...(flash === undefined ? {} : { flash }), ...(layout ? { layout } : {}) });
  return [...input(pictureGraph(picture)), ...input(sound), ...video, ...audio];
}

const execute = promisify(execFile);

/** @returns the clip's path, `folder/name`. @throws Error with ffmpeg's words. */
export async function makeClip({ ffmpeg }: MediaTools, clip: Clip, folder: string): Promise<string> {
  const work = join(folder, "making");
  mkdirSync(work, { recursive: true });
  const path = join(folder, clip.name);
  // Made under a plain name: what a clip is called is no business of ffmpeg's, which reads %d in it as a number.
  const made = `made${/\.\w+$/.exec(clip.name)?.[0] ?? ""}`;
  for (const [index, run] of clip.runs.entries()) {
    const output = index === clip.runs.length - 1 ? [made] : [];
    try {
      await execute(ffmpeg, ["-nostdin", "-v", "error", "-y", ...run, ...output], { cwd: work });
    } catch (error) {
      throw new Error(`clip ${clip.name} could not be made: ${(error as { stderr?: string }).stderr ?? String(error)}`);
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  renameSync(join(work, made), path);
  rmSync(work, { recursive: true, force: true });
  return path;
}
