/** Pictures as plain RGBA: shrinking, and laying tiles on a sheet. JPEG in and out by jpeg-js, which is no native module. */
import { decode, encode } from "jpeg-js";
import { fit, type Size } from "../../encoding/ladder";
import { placeOf, SHEET, TILES_PER_SHEET } from "./vtt";

export interface Picture extends Size {
  /** RGBA, row by row. */
  data: Uint8Array;
}

/** The box that a tile fits in: ten by ten of them make a sheet of at most 1920×1080. */
const TILE_BOX: Size = { width: 192, height: 108 };
/** JPEG quality: a sheet of a hundred tiles stays well below 4 MB. */
const SHEET_QUALITY = 70;
/** A capture is at most 960×540; what says that it is larger is not ours. */
const LIMITS = { maxResolutionInMP: 2, maxMemoryUsageInMB: 128 };

export const tileSize = (capture: Size): Size => fit(capture, TILE_BOX);

/** Undefined for bytes that are no JPEG. */
export function decodeJpeg(bytes: Uint8Array): Picture | undefined {
  try {
    return decode(bytes, { useTArray: true, formatAsRGBA: true, ...LIMITS });
  } catch {
    return undefined;
  }
}

/** The first and the one after the last source row (or column) that fall on this target one. */
function spanOf(target: number, from: number, to: number): [number, number] {
  const start = Math.floor((target * from) / to);
  return [start, Math.max(start + 1, Math.floor(((target + 1) * from) / to))];
}

/** Averages all source pixels of each target pixel: no flicker of fine lines, as picking one would give. */
export function shrink(picture: Picture, size: Size): Picture {
  const data = new Uint8Array(size.width * size.height * 4);
  for (let y = 0; y < size.height; y += 1) {
    const [top, bottom] = spanOf(y, picture.height, size.height);
    for (let x = 0; x < size.width; x += 1) {
      const [left, right] = spanOf(x, picture.width, size.width);
      let [red, green, blue] = [0, 0, 0];
      for (let row = top; row < bottom; row += 1) {
        for (let at = (row * picture.width + left) * 4; at < (row * picture.width + right) * 4; at += 4) {
          red += picture.data[at] ?? 0;
          green += picture.data[at + 1] ?? 0;
          blue += picture.data[at + 2] ?? 0;
        }
      }
      const count = (bottom - top) * (right - left);
      data.set([red / count, green / count, blue / count, 255], (y * size.width + x) * 4);
    }
  }
  return { ...size, data };
}

/** The picture fitted into a tile, as large as it gets without being enlarged; what it does not fill is black. */
export function toTile(picture: Picture, tile: Size): Picture {
  const scale = Math.min(1, tile.width / picture.width, tile.height / picture.height);
  const size = {
    width: Math.max(1, Math.min(tile.width, Math.round(picture.width * scale))),
    height: Math.max(1, Math.min(tile.height, Math.round(picture.height * scale))),
  };
  const small = shrink(picture, size);
  if (size.width === tile.width && size.height === tile.height) return small;
  const whole = blank(tile);
  lay(whole, small, Math.floor((tile.width - size.width) / 2), Math.floor((tile.height - size.height) / 2));
  return whole;
}

function blank({ width, height }: Size): Picture {
  const data = new Uint8Array(width * height * 4);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width, height, data };
}

function lay(sheet: Picture, tile: Picture, left: number, top: number): void {
  for (let row = 0; row < tile.height; row += 1) {
    const from = tile.data.subarray(row * tile.width * 4, (row + 1) * tile.width * 4);
    sheet.data.set(from, ((top + row) * sheet.width + left) * 4);
  }
}

/** One sheet of at most a hundred tiles, as JPEG. A tile that is missing stays black. */
export function encodeSheet(tiles: readonly (Picture | undefined)[], tile: Size): Uint8Array {
  const count = Math.min(tiles.length, TILES_PER_SHEET);
  const columns = Math.min(count, SHEET.columns);
  const sheet = blank({ width: columns * tile.width, height: Math.ceil(count / SHEET.columns) * tile.height });
  tiles.slice(0, count).forEach((picture, index) => {
    const { x, y } = placeOf(index, tile);
    if (picture) lay(sheet, picture, x, y);
  });
  return encode({ ...sheet, data: Buffer.from(sheet.data.buffer) }, SHEET_QUALITY).data;
}
