/** The marks of `pictureGraph` in finished media: upright, unpadded, in shape, in their colours, in step with the sound. */
import assert from "node:assert/strict";
import type { MediaTools } from "../../../local/ffmpeg";

import { unitOf } from "./clips";
import { type Expected, GREY, WHITE } from "./expected";
import { brightness, type Film, type Frame, frameAt, SAMPLE_RATE, samples } from "./media";

type Colour = [red: number, green: number, blue: number];

/** Mean of the square of `side` pixels around a place. */
function colourAt({ width, height, rgb }: Frame, x: number, y: number, side = 3): Colour {
  const sum: Colour = [0, 0, 0];
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));
  for (let dy = 0; dy < side; dy += 1)
    for (let dx = 0; dx < side; dx += 1) {
      const column = clamp(Math.floor(x - side / 2) + dx, width);
      const row = clamp(Math.floor(y - side / 2) + dy, height);
      for (const channel of [0, 1, 2] as const) sum[channel] += rgb[(row * width + column) * 3 + channel] ?? 0;
    }
  return sum.map((value) => value / (side * side)) as Colour;
}

function hue([red, green, blue]: Colour): string {
  const strong = Math.max(red, green, blue) * 0.6;
  const has = [red, green, blue].map((value) => value > strong);
  const names: Record<string, string> = { "100": "red", "010": "green", "001": "blue", "110": "yellow", "111": "grey" };
  return names[has.map(Number).join("")] ?? "other";
}

const inside = (value: number, [least, most]: [number, number], what: string): void =>
  assert.ok(value >= least && value <= most, `${what} is ${value.toFixed(1)}, should be ${least} to ${most}`);

/** Corners in their places: neither turned, nor mirrored, nor padded at any edge. */
export function checkCorners(frame: Frame, what: string): void {
  const { width, height } = frame;
  const unit = unitOf(width, height);
  // One pixel in from the edge: a black bar of two lines is seen.
  for (const inset of [1, unit / 2]) {
    const corners = [
      hue(colourAt(frame, inset, inset)),
      hue(colourAt(frame, width - inset, inset)),
      hue(colourAt(frame, inset, height - inset)),
      hue(colourAt(frame, width - inset, height - inset)),
    ];
    assert.deepEqual(corners, ["red", "green", "blue", "yellow"], `${what}: corners, ${inset.toFixed(0)} pixels in`);
  }
}

/** The white square in the middle: pixels across and down it. */
function middleSquare(frame: Frame): { across: number; down: number } {
  const { width, height } = frame;
  const middle = { x: Math.round(width / 2), y: Math.round(height / 2) };
  const level = (x: number, y: number): number => colourAt(frame, x, y, 1)[1];
  const white = level(middle.x, middle.y);
  const grey = level(middle.x + Math.round(1.3 * unitOf(width, height)), middle.y);
  // Where two levels meet is half-way, to a fraction of a pixel.
  const part = (value: number): number => Math.max(0, Math.min(1, (value - grey) / (white - grey)));
  const unit = unitOf(width, height);
  const reach = Math.round(1.3 * unit);
  let [across, down] = [0, 0];
  for (let step = -reach; step <= reach; step += 1) {
    across += part(level(middle.x + step, middle.y));
    down += part(level(middle.x, middle.y + step));
  }
  return { across, down };
}

export async function checkMarks(tools: MediaTools, path: string, size: string, expected: Expected): Promise<void> {
  const frame = await frameAt(tools, path, expected.seconds / 4, size);
  const { width, height } = frame;
  checkCorners(frame, size);
  // Away from the corners the edges are grey, not black.
  const grey = colourAt(frame, width / 4, 1)[1];
  for (const [x, y] of [
    [width / 4, height - 1],
    [1, height / 2],
    [width - 1, height / 2],
  ] as const)
    assert.ok(Math.abs(colourAt(frame, x, y)[1] - grey) < 12, `${size}: the edge at ${x}, ${y} is not the background`);
  const { across, down } = middleSquare(frame);
  const side = 2 * unitOf(width, height);
  const tolerance = Math.max(2, 0.03 * side);
  assert.ok(Math.abs(across - down) <= tolerance, `${size}: the square is ${across.toFixed(1)} by ${down.toFixed(1)}`);
  assert.ok(Math.abs(across - side) <= tolerance, `${size}: the square is ${across.toFixed(1)} wide, not ${side}`);
  const levels = (x: number, y: number): number => colourAt(frame, x, y, 5)[1];
  inside(levels(width / 2 + 1.3 * unitOf(width, height), height / 2), expected.grey ?? GREY, `${size}: the background`);
  inside(levels(width / 2, height / 2), expected.white ?? WHITE, `${size}: the white square`);
}

/** Seconds: a flash and a tone that are this far apart are felt as one. */
const TOGETHER = 0.05;
/** A tenth of the loudest sample. */
const LOUD = 3277;

/** Flash and tone begin together, and when the clip has them. `sound` undefined: the film has none. */
export async function checkSync(
  tools: MediaTools,
  { picture, sound }: { picture: Film; sound: string | undefined },
  flash: number,
): Promise<void> {
  const [width = 0, height = 0] = (picture.listing.size ?? "").split("x").map(Number);
  const unit = unitOf(width, height);
  const side = Math.max(2, Math.round(unit / 2));
  const crop = `${side}:${side}:${Math.round(width / 2 - side / 2)}:${Math.round(height / 2 - 1.75 * unit - side / 2)}`;
  const levels = await brightness(tools, picture.path, crop);
  const times = picture.packets.map(({ pts }) => pts).sort((a, b) => a - b);
  assert.equal(levels.length, times.length, "every picture decodes");
  const least = levels.reduce((a, b) => Math.min(a, b));
  const most = levels.reduce((a, b) => Math.max(a, b));
  assert.ok(most - least > 60, "there is a flash");
  const seen = times[levels.findIndex((level) => level > (least + most) / 2)] ?? NaN;
  const frame = (times[1] ?? 0) - (times[0] ?? 0);
  assert.ok(Math.abs(seen - flash) <= frame + 0.001, `the flash is at ${seen}, should be at ${flash}`);
  if (sound === undefined) return;
  const heard = (await samples(tools, sound)).findIndex((value) => Math.abs(value) > LOUD) / SAMPLE_RATE;
  assert.ok(heard >= 0, "there is a tone");
  assert.ok(Math.abs(seen - heard) <= TOGETHER, `the flash is at ${seen}, the tone at ${heard.toFixed(3)}`);
}
