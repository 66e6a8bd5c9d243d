/** MP4 files that lie in their boxes, each about one thing; the media is that of a good film. */
import { deflateSync } from "node:zlib";
import { after, box, concat, find, full, patch, repeat, replace, u16, u32, u64, u8 } from "./boxes";
import { sequenceSet } from "./bits";

export type Lies = Record<string, (film: Buffer) => Buffer>;

const VIDEO = "moov/trak";
const SOUND = "moov/trak:1";
const TABLE = `${VIDEO}/mdia/minf/stbl`;
const SOUND_TABLE = `${SOUND}/mdia/minf/stbl`;
const BILLION = 1_000_000_000;

/** A size in 64 bits, whose field of 32 says so by being 1. */
const long = (film: Buffer, path: string, size: bigint): Buffer =>
  replace(film, path, (old) => concat(u32(1), old.subarray(4, 8), u64(size), old.subarray(8)));
const nested = (name: string, depth: number): Buffer =>
  concat(...Array.from({ length: depth }, (_, level) => concat(u32(8 * (depth - level)), name)));
const table = (film: Buffer, name: string, ...parts: Buffer[]): Buffer =>
  replace(film, `${TABLE}/${name}`, () => full(name, ...parts));
/** Before the first box of the track's media. */
const edits = (film: Buffer, count: number, ...entries: Buffer[]): Buffer =>
  replace(film, `${VIDEO}/edts`, () => box("edts", full("elst", u32(count), ...entries)));
const edit = (duration: number, time: number, rate = 0x10000): Buffer => concat(u32(duration, time), u32(rate));
const reference = (name: string): Buffer => full("dref", u32(1), box("url ", u32(0), name, u8(0)));
const elsewhere = (film: Buffer, name: string): Buffer =>
  replace(film, `${VIDEO}/mdia/minf/dinf/dref`, () => reference(name));
const alias = (path: string): Buffer => {
  const record = concat(Buffer.alloc(150), u16(2, path.length), path, u16(0xffff, 0));
  return full("dref", u32(1), box("alis", u32(0), record));
};

const SIZES: Lies = {
  "size 0 of the first box": (film) => patch(film, "ftyp", 0, u32(0)),
  "size 0 of the index": (film) => patch(film, "moov", 0, u32(0)),
  "size 0 of a track": (film) => patch(film, VIDEO, 0, u32(0)),
  "size 1 and 64 bits of 0": (film) => long(film, "mdat", 0n),
  "size 2^63": (film) => long(film, "mdat", 2n ** 63n),
  "size -1 in 64 bits": (film) => long(film, "moov", 2n ** 64n - 1n),
  "size 2^31, negative as a signed number": (film) => patch(film, "moov", 0, u32(0x80000000)),
  "size 7, less than its own head": (film) => patch(film, `${VIDEO}/mdia`, 0, u32(7)),
  "a box beyond the file": (film) => patch(film, "moov", 0, u32(film.length * 2)),
  "a track larger than the index": (film) => patch(film, VIDEO, 0, u32(find(film, "moov").size * 3)),
  "a box that contains itself": (film) => patch(film, `${VIDEO}/mdia/minf`, 4, Buffer.from("moov")),
  "100,000 boxes one in another": (film) => after(film, "moov/mvhd", nested("moov", 100_000)),
  "100,000 tracks one in another": (film) => after(film, "moov/mvhd", nested("trak", 100_000)),
  "the index twice": (film) => concat(film, film.subarray(find(film, "moov").at)),
  "a compressed index of 2 GB": (film) => {
    const [zeros, size] = [deflateSync(Buffer.alloc(50_000_000)), u32(0x7fffffff)];
    const cmov = box("cmov", box("dcom", "zlib"), box("cmvd", size, zeros));
    return replace(film, "moov", () => box("moov", cmov));
  },
};

const TIMES: Lies = {
  "length 0 of the film": (film) => patch(film, "moov/mvhd", 24, u32(0)),
  "length 0 of everything": (film) =>
    patch(
      patch(patch(film, "moov/mvhd", 24, u32(0)), `${VIDEO}/mdia/mdhd`, 24, u32(0)),
      `${SOUND}/mdia/mdhd`,
      24,
      u32(0),
    ),
  "length -1": (film) => patch(patch(film, "moov/mvhd", 24, u32(-1)), `${VIDEO}/mdia/mdhd`, 24, u32(-1)),
  "length 2^63": (film) =>
    replace(film, "moov/mvhd", (old) =>
      box("mvhd", u8(1, 0, 0, 0), u64(0, 0), u32(1000), u64(2n ** 63n), old.subarray(28)),
    ),
  "10^9 s in the film, one in its track": (film) => patch(film, "moov/mvhd", 20, u32(1, BILLION)),
  "10^9 s in the track, one in the film": (film) => patch(film, `${VIDEO}/mdia/mdhd`, 20, u32(1, BILLION)),
  "10^9 s everywhere": (film) =>
    patch(patch(film, "moov/mvhd", 20, u32(1, BILLION)), `${VIDEO}/mdia/mdhd`, 20, u32(1, BILLION)),
  "timescale 0 of the film": (film) => patch(film, "moov/mvhd", 20, u32(0)),
  "timescale 0 of the pictures": (film) => patch(film, `${VIDEO}/mdia/mdhd`, 20, u32(0)),
  "timescale 0 of the sound": (film) => patch(film, `${SOUND}/mdia/mdhd`, 20, u32(0)),
  "timescale 2^32-1, millions of pictures a second": (film) => patch(film, `${VIDEO}/mdia/mdhd`, 20, u32(-1)),
  "one picture in 2^31 ticks, so that the film is a gap": (film) => table(film, "stts", u32(2, 24, 512, 1, 0x7fffffff)),
  "a gap of an hour before the last picture": (film) => table(film, "stts", u32(3, 23, 512, 1, 46_080_000, 1, 512)),
  "every picture an hour long": (film) => table(film, "stts", u32(1, 25, 46_080_000)),
  "all pictures at one time": (film) => table(film, "stts", u32(1, 25, 0)),
  "an edit that begins 2^31 s later": (film) => edits(film, 1, edit(1000, 0x7fffffff)),
  "an edit of -2": (film) => edits(film, 1, edit(1000, -2)),
  "an empty edit of 2^31 ms first": (film) => edits(film, 2, edit(0x7fffffff, -1), edit(1000, 0)),
  "20,000 edits of the same second": (film) => edits(film, 20_000, repeat(20_000, edit(1000, 0))),
  "an edit at rate 0 for 2^32 ms": (film) => edits(film, 1, edit(-1, 0, 0)),
};

const TABLES: Lies = {
  "10^6 times claimed": (film) => patch(film, `${TABLE}/stts`, 12, u32(1_000_000)),
  "10^6 times": (film) => table(film, "stts", u32(1_000_000), repeat(1_000_000, u32(1, 512))),
  "2^32 pictures of one time": (film) => table(film, "stts", u32(1, -1, 512)),
  "10^6 offsets of times": (film) =>
    replace(film, `${TABLE}/ctts`, () => full("ctts", u32(1_000_000), repeat(1_000_000, u32(1, 1024)))),
  "offsets of times of -2^31": (film) => replace(film, `${TABLE}/ctts`, () => full("ctts", u32(1, 25, 0x80000000))),
  "2^31 samples in a chunk": (film) => table(film, "stsc", u32(1, 1, 0x7fffffff, 1)),
  "10^6 kinds of chunk": (film) => table(film, "stsc", u32(1_000_000), repeat(1_000_000, u32(1, 1, 1))),
  "sample description 2^31": (film) => table(film, "stsc", u32(1, 1, 1, 0x7fffffff)),
  "samples past the end": (film) => table(film, "stsz", u32(0, 25), repeat(25, u32(0x00ffffff))),
  "samples of 2^32-1 bytes": (film) => table(film, "stsz", u32(-1, 25)),
  "2^32-1 samples of no bytes": (film) => table(film, "stsz", u32(0, -1)),
  "20,000,000 samples of a byte": (film) =>
    patch(table(film, "stsz", u32(1, 20_000_000)), `${TABLE}/stsc`, 16, u32(1, 20_000_000, 1)),
  "chunks past the end": (film) => table(film, "stco", u32(1, film.length + 1000)),
  "chunks in the index itself": (film) => table(film, "stco", u32(1, find(film, "moov").at)),
  "20,000 pictures that are one": (film) => {
    const offset = film.readUInt32BE(find(film, `${TABLE}/stco`).at + 16);
    const size = film.readUInt32BE(find(film, `${TABLE}/stsz`).at + 20);
    const chunks = table(film, "stco", u32(20_000), repeat(20_000, u32(offset)));
    const one = table(table(chunks, "stsc", u32(1, 1, 1, 1)), "stsz", u32(size, 20_000));
    return replace(table(one, "stts", u32(1, 20_000, 512)), `${TABLE}/ctts`, () => box("free"));
  },
  "key pictures that are not there": (film) => table(film, "stss", u32(3, 0, 1000, -1)),
  "2,000 tracks": (film) =>
    after(film, SOUND, repeat(2_000, film.subarray(find(film, SOUND).at).subarray(0, find(film, SOUND).size))),
  "10^6 empty tracks": (film) => after(film, SOUND, repeat(1_000_000, box("trak"))),
  "2^31 samples in a fragment": (film) => concat(film, fragment(0x7fffffff)),
  "a fragment of 10^6 samples without bytes": (film) => concat(film, fragment(1_000_000)),
};

function fragment(samples: number): Buffer {
  const run = box("trun", u8(0, 0, 0, 1), u32(samples, 0));
  const header = box("tfhd", u8(0, 2, 0, 0x38), u32(1, 512, 0, 0));
  return concat(box("moof", full("mfhd", u32(1)), box("traf", header, run)), box("mdat"));
}

const SHAPES: Lies = {
  "a picture of 65,535 × 65,535 in its description": (film) => patch(film, `${TABLE}/stsd/avc1`, 32, u16(65535, 65535)),
  "a picture of 65,535 × 65,535 in its track": (film) => patch(film, `${VIDEO}/tkhd`, 84, u32(0xffff0000, 0xffff0000)),
  "a picture of 65,536 × 65,536 in its codec": (film) => codec(film, sequenceSet({ width: 4096, height: 4096 })),
  "a picture of 8,192 × 4,320 in its codec, 160 × 90 around it": (film) =>
    codec(film, sequenceSet({ width: 512, height: 270 })),
  "a picture of 4,096 × 2,304 with 16 references": (film) =>
    codec(film, sequenceSet({ width: 256, height: 144, references: 16 })),
  "a crop larger than the picture": (film) =>
    codec(film, sequenceSet({ width: 10, height: 6, crop: [0, 2 ** 16, 0, 2 ** 16] })),
  "a crop that leaves two pixels": (film) => codec(film, sequenceSet({ width: 10, height: 6, crop: [0, 79, 0, 47] })),
  "2^31 references": (film) => codec(film, sequenceSet({ width: 10, height: 6, references: 2 ** 31 - 2 })),
  "a codec description of 16 MB": (film) =>
    replace(film, `${TABLE}/stsd`, (old) =>
      concat(u32(old.length + 16_000_000), old.subarray(4), Buffer.alloc(16_000_000)),
    ),
  "65,535 channels": (film) => patch(film, `${SOUND_TABLE}/stsd/mp4a`, 24, u16(65535)),
  "sound of 0 Hz": (film) => patch(film, `${SOUND_TABLE}/stsd/mp4a`, 32, u32(0)),
  "pixels of 0:0": (film) => shaped(film, box("pasp", u32(0, 0))),
  "pixels of 2^32:1": (film) => shaped(film, box("pasp", u32(-1, 1))),
  "a turning matrix of zeros": (film) => patch(film, `${VIDEO}/tkhd`, 48, Buffer.alloc(36)),
  "20 MB of title": (film) =>
    concat(film, box("udta", box("©nam", u16(0xffff, 0), repeat(20_000_000, Buffer.from("x"))))),
  "100,000 tags": (film) => after(film, "moov/mvhd", box("udta", repeat(100_000, box("©cmt", u16(4, 0), "text")))),
  "100,000 chapters": (film) =>
    after(film, "moov/mvhd", box("udta", box("chpl", u32(0, 0), u8(255), repeat(100_000, concat(u64(0), u8(1), "c"))))),
};

/** The picture's description with another sequence parameter set. */
const codec = (film: Buffer, set: Buffer): Buffer =>
  replace(film, `${TABLE}/stsd`, (old) => {
    const head = old.subarray(16, 16 + 86);
    const avcC = box(
      "avcC",
      u8(1, 66, 0, 51, 0xff, 0xe1),
      u16(set.length),
      set,
      u8(1),
      u16(4),
      u8(0x68, 0xce, 0x3c, 0x80),
    );
    const entry = concat(head, avcC);
    entry.writeUInt32BE(entry.length, 0);
    return full("stsd", u32(1), entry);
  });

const shaped = (film: Buffer, more: Buffer): Buffer =>
  replace(film, `${TABLE}/stsd`, (old) => {
    const entry = concat(old.subarray(16), more);
    entry.writeUInt32BE(entry.length, 0);
    return full("stsd", u32(1), entry);
  });

/** @param names of files that a film might be made of, relative and absolute */
export const lendings = (names: string[]): Lies =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`media that lies in ${name}`, (film: Buffer) => elsewhere(film, name)],
      [
        `media that lies in ${name}, by an alias`,
        (film: Buffer) => replace(film, `${VIDEO}/mdia/minf/dinf/dref`, () => alias(name)),
      ],
    ]),
  );

export const MP4_LIES: Lies = { ...SIZES, ...TIMES, ...TABLES, ...SHAPES };
