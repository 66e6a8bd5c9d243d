/** Matroska files that lie in their elements. Ids are those of the Matroska specification (RFC 9559). */
import { concat, repeat, u16, u32, u64, u8 } from "./boxes";
import type { Lies } from "./liesMp4";

const ID = {
  segment: "18538067",
  seekPosition: "53ac",
  scale: "2ad7b1",
  duration: "4489",
  tracks: "1654ae6b",
  track: "ae",
  defaultDuration: "23e383",
  width: "b0",
  height: "ba",
  cluster: "1f43b675",
  timestamp: "e7",
  cues: "1c53bb6b",
  cuePosition: "f1",
  tags: "1254c367",
  tag: "7373",
  simpleTag: "67c8",
  attachments: "1941a469",
  chapters: "1043a770",
} as const;

const UNKNOWN = u64(0x01ffffffffffffffn);
const sized = (size: number | bigint): Buffer => u64((1n << 56n) | BigInt(size));
const id = (hex: string): Buffer => Buffer.from(hex, "hex");
const element = (hex: string, ...parts: (Buffer | string)[]): Buffer => {
  const body = concat(...parts);
  return concat(id(hex), sized(body.length), body);
};

interface Place {
  at: number;
  /** First byte of its content. */
  body: number;
  size: number;
}

/** Where an id stands by itself: the index of the segment (SeekID, 53ab) holds ids as numbers. */
function placeOf(film: Buffer, hex: string, from = 0): number {
  const at = film.indexOf(id(hex), from);
  return at > 3 && film.readUInt16BE(at - 3) === 0x53ab ? placeOf(film, hex, at + 1) : at;
}

/** The first element of an id, by its bytes; a short id is looked for where its parent begins. */
function find(film: Buffer, hex: string): Place {
  const at = placeOf(film, hex, hex === ID.track ? placeOf(film, ID.tracks) + 4 : 0);
  if (at < 0) throw new Error(`the film has no element ${hex}`);
  const field = at + hex.length / 2;
  const width = Math.clz32(film[field] ?? 0) - 23;
  let size = (film[field] ?? 0) & (0xff >> width);
  for (let index = 1; index < width; index += 1) size = size * 256 + (film[field + index] ?? 0);
  return { at, body: field + width, size };
}

/** Other content of the same length: a number, whose end is kept. */
function set(film: Buffer, hex: string, value: Buffer): Buffer {
  const copy = Buffer.from(film);
  const { body, size } = find(film, hex);
  const wide = concat(Buffer.alloc(Math.max(0, size - value.length)), value);
  wide.copy(copy, body, wide.length - size);
  return copy;
}

/** Another size field in the place of one. */
function resize(film: Buffer, hex: string, field: Buffer): Buffer {
  const { at, body } = find(film, hex);
  return concat(film.subarray(0, at), id(hex), field, film.subarray(body));
}

const endless = (film: Buffer): Buffer => resize(film, ID.segment, UNKNOWN);
/** More elements before the first cluster, or after all. */
const insert = (film: Buffer, ...more: Buffer[]): Buffer => {
  const open = endless(film);
  const { at } = find(open, ID.cluster);
  return concat(open.subarray(0, at), ...more, open.subarray(at));
};
const append = (film: Buffer, ...more: Buffer[]): Buffer => concat(endless(film), ...more);

const nested = (hex: string, depth: number): Buffer => {
  const heads = Array.from({ length: depth }, (_, level) =>
    concat(id(hex), sized((depth - level - 1) * (hex.length / 2 + 8))),
  );
  return concat(...heads);
};
const float = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
};
/** A cluster at a time, with one block of nothing. */
const late = (time: number | bigint): Buffer =>
  element(ID.cluster, element(ID.timestamp, u64(time)), element("a3", u8(0x81, 0, 0, 0x80), Buffer.alloc(50)));

/** The film's own track of pictures again, under other numbers. */
function moreTracks(film: Buffer, count: number): Buffer {
  const { at, body, size } = find(film, ID.track);
  const track = film.subarray(at, body + size);
  return insert(film, element(ID.tracks, repeat(count, track)));
}

const tag = (name: string, value: string): Buffer =>
  element(ID.tag, element(ID.simpleTag, element("45a3", name), element("4487", value)));

export const MATROSKA_LIES: Lies = {
  "a segment of unknown size": endless,
  "clusters of unknown size": (film) => resize(endless(film), ID.cluster, UNKNOWN),
  "a segment of 2^56-2 bytes": (film) => resize(film, ID.segment, sized(2n ** 56n - 2n)),
  "a cluster of 2^56-2 bytes": (film) => resize(film, ID.cluster, sized(2n ** 56n - 2n)),
  "tracks of no bytes": (film) => resize(film, ID.tracks, sized(0)),
  "a segment in a segment, 10,000 times": (film) => insert(film, nested(ID.segment, 10_000)),
  "tags in tags, 100,000 times": (film) =>
    insert(film, element(ID.tags, element(ID.tag, nested(ID.simpleTag, 100_000)))),
  "10,000 segments of unknown size in one another": (film) =>
    insert(film, repeat(10_000, concat(id(ID.segment), UNKNOWN))),
  "an index that lies in itself": (film) => set(film, ID.seekPosition, u64(find(film, ID.seekPosition).at)),
  "an index that lies past the end": (film) => set(film, ID.seekPosition, u64(2n ** 40n)),
  "cues that point at themselves": (film) => set(film, ID.cuePosition, u64(find(film, ID.cues).at)),
  "timescale 0": (film) => set(film, ID.scale, u32(0)),
  "timescale 2^24-1": (film) => set(film, ID.scale, u32(-1)),
  "length 0": (film) => set(film, ID.duration, float(0)),
  "length -1": (film) => set(film, ID.duration, float(-1)),
  "length 10^9 s": (film) => set(film, ID.duration, float(1e12)),
  "length 90,000 s": (film) => set(film, ID.duration, float(9e7)),
  "length infinite": (film) => set(film, ID.duration, float(Infinity)),
  "length not a number": (film) => set(film, ID.duration, float(NaN)),
  "10^9 pictures a second": (film) => set(film, ID.defaultDuration, u32(1)),
  "10^6 pictures a second": (film) => set(film, ID.defaultDuration, u32(1000)),
  "no picture in a second": (film) => set(film, ID.defaultDuration, u32(0)),
  "a picture of 65,535 × 65,535": (film) => widen(film, 65535, 65535),
  "a picture of 1 × 65,535": (film) => widen(film, 1, 65535),
  "a cluster a day later": (film) => append(film, late(86_400_000)),
  "a cluster 2^40 ms later": (film) => append(film, late(2n ** 40n)),
  "a cluster of a negative time": (film) => append(film, late(-1)),
  "time that goes back": (film) => concat(endless(film), film.subarray(find(film, ID.cluster).at)),
  "100 times the film in itself": (film) => append(film, repeat(100, film.subarray(find(film, ID.cluster).at))),
  "900 tracks": (film) => moreTracks(film, 900),
  "20,000 tracks": (film) => moreTracks(film, 20_000),
  "100,000 tags": (film) => insert(film, element(ID.tags, repeat(100_000, tag("TITLE", "text")))),
  "20 MB in a tag": (film) => insert(film, element(ID.tags, tag("TITLE", "x".repeat(20_000_000)))),
  "10,000 attachments": (film) =>
    insert(
      film,
      element(
        ID.attachments,
        repeat(10_000, element("61a7", element("466e", "a.ttf"), element("4660", "font/ttf"), element("465c", "data"))),
      ),
    ),
  "10,000 chapters": (film) =>
    insert(
      film,
      element(
        ID.chapters,
        element("45b9", repeat(10_000, element("b6", element("73c4", u8(1)), element("91", u8(0))))),
      ),
    ),
  "a lace of 255 frames in 4 bytes": (film) =>
    append(
      film,
      element(ID.cluster, element(ID.timestamp, u16(2000)), element("a3", u8(0x81, 0, 0, 0x86, 255, 1, 2, 3))),
    ),
  "a void of 10 MB between all": (film) => insert(film, element("ec", Buffer.alloc(10_000_000))),
};

/** The track says it again, in other numbers: the last word counts. */
function widen(film: Buffer, width: number, height: number): Buffer {
  const open = endless(film);
  const [tracks, track] = [find(open, ID.tracks), find(open, ID.track)];
  const first = open.subarray(track.body, track.body + track.size);
  const size = element("e0", element(ID.width, u16(width)), element(ID.height, u16(height)));
  const wider = element(ID.track, first, size);
  const rest = open.subarray(track.body + track.size, tracks.body + tracks.size);
  return concat(open.subarray(0, tracks.at), element(ID.tracks, wider, rest), open.subarray(tracks.body + tracks.size));
}
