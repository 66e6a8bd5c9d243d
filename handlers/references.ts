/**
 * Media that lies elsewhere: a QuickTime or MP4 index may name other files and addresses for its tracks (data references
 * that are not self-contained) or for a whole film (reference movies). Whoever follows them makes a title of somebody
 * else's film. What MediaConvert does with them is documented nowhere, so such a file is refused before it is opened.
 * Boxes: ISO/IEC 14496-12, 8.7.2 "Data reference box"; QuickTime File Format, "Reference movies", "Compressed movies".
 */
import { inflateSync } from "node:zlib";
import type { Reason } from "../contracts/ledger";

/** Bytes of the file, at most so many; fewer at its end. */
export type ReadPart = (from: number, bytes: number) => Promise<Uint8Array>;

/** Bytes read at once: the headers of most tracks lie in one part. */
const PART = 64 * 1024;
/** A film has a few boxes and tracks; who has thousands wants to keep us busy. */
const MOST_PARTS = 256;
const MOST_BOXES = 20_000;
/** Bytes of an index that was compressed, before and after. */
const MOST_COMPRESSED = 4 * 1024 * 1024;
const MOST_INFLATED = 16 * 1024 * 1024;

/** What a file of this family begins with. */
const FIRST = new Set(["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "uuid", "styp", "moof", "junk", "pict"]);
const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "dinf"]);

const EXTERNAL: Reason = {
  code: "external-media",
  text: "the file points at other files for its media: export the film as one self-contained file",
};
const ENDLESS: Reason = { code: "unreadable", text: "the file's index has more parts than a film's" };

interface Box {
  type: string;
  /** Of its content. */
  from: number;
  end: number;
}

/** The file through a window of one part. */
class Reader {
  private start = 0;
  private parts = 0;
  private boxes = 0;

  constructor(
    private window: Uint8Array,
    private readonly readPart: ReadPart,
  ) {}

  /** @throws RangeError when the file has more than it may */
  async at(from: number, bytes: number): Promise<DataView> {
    if (from < this.start || from + bytes > this.start + this.window.length) {
      if ((this.parts += 1) > MOST_PARTS) throw new RangeError("too many parts");
      this.window = await this.readPart(from, Math.max(bytes, PART));
      this.start = from;
    }
    const found = this.window.subarray(from - this.start, from - this.start + bytes);
    return new DataView(found.buffer, found.byteOffset, found.byteLength);
  }

  /** The box at a place; undefined at the end and for what is none. */
  async box(from: number, end: number): Promise<Box | undefined> {
    if (from + 8 > end) return undefined;
    if ((this.boxes += 1) > MOST_BOXES) throw new RangeError("too many boxes");
    const header = await this.at(from, Math.min(16, end - from));
    if (header.byteLength < 8) return undefined;
    const type = textOf(header, 4, 4);
    const short = header.getUint32(0);
    if (short === 1 && header.byteLength < 16) return undefined;
    const size = short === 0 ? end - from : short === 1 ? Number(header.getBigUint64(8)) : short;
    const own = short === 1 ? 16 : 8;
    return size < own ? undefined : { type, from: from + own, end: Math.min(end, from + size) };
  }
}

const textOf = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at)));

/** Entries: size, type, version and flags, then where the media is. Flag 1 says: in this file. */
async function pointsElsewhere(reader: Reader, { from, end }: Box): Promise<boolean> {
  for (let entry = await reader.box(from + 8, end); entry; entry = await reader.box(entry.end, end)) {
    const content = await reader.at(entry.from, Math.min(16, entry.end - entry.from));
    if (content.byteLength < 4) return false;
    const place = new Uint8Array(content.buffer, content.byteOffset + 4, content.byteLength - 4);
    // Some writers leave the flag out and the place empty.
    if ((content.getUint8(3) & 1) === 0 && place.some((byte) => byte !== 0)) return true;
  }
  return false;
}

/** The index of a compressed one ("cmov": "dcom" names zlib, "cmvd" holds it behind its length). */
async function inflated(reader: Reader, { from, end }: Box): Promise<Uint8Array | undefined> {
  for (let box = await reader.box(from, end); box; box = await reader.box(box.end, end)) {
    if (box.type !== "cmvd") continue;
    const size = box.end - box.from - 4;
    if (size > MOST_COMPRESSED) throw new RangeError("too large");
    const packed = await reader.at(box.from + 4, size);
    const bytes = new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
    try {
      return inflateSync(bytes, { maxOutputLength: MOST_INFLATED });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new RangeError("too large");
      return undefined;
    }
  }
  return undefined;
}

async function searchIndex(reader: Reader, { from, end }: Box): Promise<boolean> {
  for (let box = await reader.box(from, end); box; box = await reader.box(box.end, end)) {
    if (box.type === "rmra") return true;
    if (box.type === "dref" && (await pointsElsewhere(reader, box))) return true;
    if (CONTAINERS.has(box.type) && (await searchIndex(reader, box))) return true;
    if (box.type === "cmov") {
      const index = await inflated(reader, box);
      const whole = { type: "moov", from: 0, end: index?.length ?? 0 };
      // Its window is the whole: nothing is read.
      if (index && (await searchIndex(new Reader(index, () => Promise.resolve(new Uint8Array())), whole))) return true;
    }
  }
  return false;
}

/**
 * Why this file must not be opened, or undefined: it is of another family, or all its media is its own.
 * @param head its first bytes, as many as have been read.
 * @param size bytes of the file.
 */
export async function findReference(head: Uint8Array, size: number, readPart: ReadPart): Promise<Reason | undefined> {
  if (!FIRST.has(Buffer.from(head.subarray(4, 8)).toString("latin1"))) return undefined;
  const reader = new Reader(head, readPart);
  let indexed = false;
  try {
    for (let box = await reader.box(0, size); box; box = await reader.box(box.end, size)) {
      // Fragments can be thousands; what they add is samples.
      if (box.type === "moof" && indexed) return undefined;
      if (box.type !== "moov") continue;
      if (await searchIndex(reader, box)) return EXTERNAL;
      indexed = true;
    }
  } catch (error) {
    if (error instanceof RangeError) return ENDLESS;
    throw error;
  }
  return undefined;
}
