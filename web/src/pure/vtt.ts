/**
 * Strict reader of the WebVTT file that names the tiles of the sprite sheets (cue payload `sprite-0.jpg#xywh=0,0,160,90`).
 * The file is treated as hostile: sizes are bounded, and a cue may name only a JPEG file in the file's own folder.
 * Grammar: W3C WebVTT §4 for header and timings; W3C Media Fragments §4.2 for `xywh`.
 */

/** Times in seconds, geometry in pixels of the sheet. */
export interface Tile {
  start: number;
  end: number;
  /** URL path on our origin. */
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const MAX_BYTES = 2_000_000;
const MAX_CUES = 20_000;
const MAX_TILE = 4096;
const TIMING = /^((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})(?:[ \t].*)?$/;
const PAYLOAD = /^([A-Za-z0-9][A-Za-z0-9._-]*\.jpe?g)#xywh=(?:pixel:)?(\d{1,6}),(\d{1,6}),(\d{1,5}),(\d{1,5})$/;

/**
 * @param text the file
 * @param base URL path of the file itself, such as `/media/<videoId>/<assetId>/thumbnails.vtt`
 * @returns tiles in order of time; they do not overlap
 * @throws Error that names the line when the file is not what we write
 */
export function parseTiles(text: string, base: string): Tile[] {
  if (text.length > MAX_BYTES) throw new Error(`thumbnails are larger than ${MAX_BYTES} characters`);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (!/^WEBVTT(?:[ \t].*)?$/.test(lines[0] ?? "")) throw new Error("line 1: WEBVTT expected");
  const folder = base.slice(0, base.lastIndexOf("/") + 1);
  const tiles: Tile[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (/^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(line)) {
      while (lines[index + 1]) index += 1;
      continue;
    }
    if (!line.includes("-->")) continue;
    tiles.push(readCue(line, lines[index + 1] ?? "", index + 1, folder, tiles.at(-1)));
    if (tiles.length > MAX_CUES) throw new Error(`more than ${MAX_CUES} cues`);
    index += 1;
  }
  return tiles;
}

function readCue(timing: string, payload: string, line: number, folder: string, before: Tile | undefined): Tile {
  const times = TIMING.exec(timing);
  if (!times) throw new Error(`line ${line}: timing expected, such as 00:00.000 --> 00:05.000`);
  const start = seconds(times[1] ?? "");
  const end = seconds(times[2] ?? "");
  if (end <= start) throw new Error(`line ${line}: the cue ends before it starts`);
  if (before && start < before.end - 0.0005) throw new Error(`line ${line}: the cue overlaps the one before`);
  const named = PAYLOAD.exec(payload.trim());
  if (!named) throw new Error(`line ${line + 1}: a JPEG in the same folder with #xywh=x,y,width,height expected`);
  const [x = 0, y = 0, width = 0, height = 0] = named.slice(2).map(Number);
  if (width < 1 || height < 1 || width > MAX_TILE || height > MAX_TILE) {
    throw new Error(`line ${line + 1}: a tile of ${width} × ${height} pixels, allowed are 1 to ${MAX_TILE}`);
  }
  return { start, end, url: folder + named[1], x, y, width, height };
}

function seconds(stamp: string): number {
  return stamp.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The tile shown at a time; before the first and after the last the nearest one. Null only when there is none. */
export function tileAt(tiles: readonly Tile[], time: number): Tile | null {
  let low = 0;
  let high = tiles.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tiles[middle]?.start ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  return tiles[low] ?? null;
}
