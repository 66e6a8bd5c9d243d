/** Which sizes a film is made in. Each rung is a 16:9 box that the displayed picture is fitted into, never padded, never enlarged. */
import { valueOf } from "./ratio";
import type { VideoSource } from "./probe";

export interface Size {
  width: number;
  height: number;
}

export interface Rung extends Size {
  /** Unique within a ladder; becomes part of file names. */
  name: string;
  /** Bits per second that the encoder never exceeds. */
  maxBitrate: number;
  /** QVBR quality level, 1 to 10. */
  quality: number;
}

interface Box extends Size {
  name: string;
  maxBitrate: number;
  quality: number;
}

/**
 * Levels and limits after "Recommended QVBR settings" of the MediaConvert User Guide (1080p level 9 at 6 Mb/s, 720p
 * level 8 at 4, 480p level 7 at 1, 360p level 7 at 0.7), with more room for the two small ones, which phones show large.
 */
export const BOXES: readonly Box[] = [
  { name: "1080p", width: 1920, height: 1080, maxBitrate: 6_000_000, quality: 9 },
  { name: "720p", width: 1280, height: 720, maxBitrate: 4_000_000, quality: 8 },
  { name: "480p", width: 854, height: 480, maxBitrate: 1_600_000, quality: 7 },
  { name: "360p", width: 640, height: 360, maxBitrate: 900_000, quality: 7 },
];
/** A source within 2 % of a box counts as reaching it: 1888×1062 is a 1080p film, not a 720p one. */
const REACH = 0.98;
/** Bits per second of a picture of no size: small pictures cost more per pixel. */
const BASE_BITRATE = 100_000;
/** More pictures a second need more bits, but less than in proportion: neighbours are alike. */
const HIGH_FRAME_RATE = { above: 31, factor: 1.5 };
/** MediaConvert: the least width and height of an output. */
export const SMALLEST_SIDE = 32;

/** The picture as people see it: pixels made square, then turned. */
export function displaySize({ width, height, pixelAspect, rotation }: VideoSource): Size {
  const square = { width: Math.round(width * valueOf(pixelAspect)), height };
  return rotation === 90 || rotation === 270 ? { width: square.height, height: square.width } : square;
}

/** Nearest even number, ties down, never above `most`, at least 2. */
function even(value: number, most: number): number {
  // A billionth less, so that a tie stays a tie after the division.
  const nearest = 2 * Math.ceil(value / 2 - 0.5 - 1e-9);
  return Math.max(2, Math.min(nearest, 2 * Math.floor(most / 2)));
}

/** Fits the picture into a landscape box, turned if the picture is upright. Never larger than the picture itself. */
export function fit(picture: Size, box: Size): Size {
  const [width, height] = picture.height > picture.width ? [box.height, box.width] : [box.width, box.height];
  const scale = Math.min(1, width / picture.width, height / picture.height);
  return {
    width: even(picture.width * scale, Math.min(picture.width, width)),
    height: even(picture.height * scale, Math.min(picture.height, height)),
  };
}

function reaches(picture: Size, box: Size): boolean {
  const [longer, shorter] = [Math.max(picture.width, picture.height), Math.min(picture.width, picture.height)];
  return longer >= REACH * box.width || shorter >= REACH * box.height;
}

function rungOf(picture: Size, box: Box, name: string, frameRate: number): Rung {
  const size = fit(picture, box);
  const share = (size.width * size.height) / (box.width * box.height);
  const factor = frameRate > HIGH_FRAME_RATE.above ? HIGH_FRAME_RATE.factor : 1;
  const bitrate = (BASE_BITRATE + (box.maxBitrate - BASE_BITRATE) * share) * factor;
  return { name, ...size, maxBitrate: 1000 * Math.round(bitrate / 1000), quality: box.quality };
}

/**
 * The rungs of a picture, largest first. A picture below every box gets one rung of its own size, so that nothing is ever
 * enlarged. Rungs that a very long or tall picture would press below 32 pixels are left out: none may remain.
 * @param frameRate pictures a second of the output.
 */
export function ladder(picture: Size, frameRate: number): Rung[] {
  const reached = BOXES.filter((box) => reaches(picture, box)).map((box) => rungOf(picture, box, box.name, frameRate));
  const rungs = reached.length > 0 ? reached : BOXES.slice(-1).map((box) => rungOf(picture, box, "source", frameRate));
  return rungs.filter(({ width, height }) => Math.min(width, height) >= SMALLEST_SIDE);
}
