/** WebVTT whose cues name tiles of the sprite sheets, as players read them for previews while seeking. */
import type { Size } from "../../encoding/ladder";

/** Tiles across and down a sheet. */
export const SHEET = { columns: 10, rows: 10 } as const;
export const TILES_PER_SHEET = SHEET.columns * SHEET.rows;

export interface TilePlace {
  sheet: number;
  x: number;
  y: number;
}

export function placeOf(index: number, tile: Size): TilePlace {
  const within = index % TILES_PER_SHEET;
  return {
    sheet: Math.floor(index / TILES_PER_SHEET),
    x: (within % SHEET.columns) * tile.width,
    y: Math.floor(within / SHEET.columns) * tile.height,
  };
}

/** @param seconds at least 0. */
export function timestamp(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (divisor: number, modulo: number, digits: number): string =>
    String(Math.floor(milliseconds / divisor) % modulo).padStart(digits, "0");
  const hours = String(Math.floor(milliseconds / 3_600_000)).padStart(2, "0");
  return `${hours}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

/** @returns how many captures have a cue: those that lie beyond the film's end have none. */
export function tilesShown({ captures, interval, duration }: { captures: number; interval: number; duration: number }) {
  // In milliseconds, as cues are written: half of one at the end is no cue of its own.
  const needed = Math.ceil(Math.round(duration * 1000) / (interval * 1000));
  return Math.max(1, Math.min(captures, needed));
}

export interface Cues {
  /** How many of them have a cue (`tilesShown`). */
  tiles: number;
  tile: Size;
  /** Seconds from one capture to the next. */
  interval: number;
  /** Seconds. The last cue ends here, so that the cues cover the whole film. */
  duration: number;
  /** Name of a sheet, relative to the file. */
  sheetName: (sheet: number) => string;
}

export function thumbnailsVtt({ tiles, tile, interval, duration, sheetName }: Cues): string {
  const cues = Array.from({ length: tiles }, (_, index) => {
    const end = index === tiles - 1 ? Math.max(duration, 0.001) : (index + 1) * interval;
    const { sheet, x, y } = placeOf(index, tile);
    const span = `${timestamp(index * interval)} --> ${timestamp(end)}`;
    return `${span}\n${sheetName(sheet)}#xywh=${x},${y},${tile.width},${tile.height}`;
  });
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}
