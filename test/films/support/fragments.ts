/**
 * Samples of fragmented MP4, read from its boxes: their times are those that players show them at. ffprobe would shift a
 * film whose composition offsets are negative by its longest reordering.
 */
export interface Packet {
  /** Seconds, after the edit list. */
  pts: number;
  seconds: number;
  /** Bytes. */
  size: number;
  key: boolean;
  /** Index of its segment. */
  segment: number;
}

/** The bodies of the boxes of this name, at any depth of the containers that lead to them. */
function boxes(data: Buffer, path: string[]): Buffer[] {
  const [name, ...rest] = path;
  const found: Buffer[] = [];
  for (let at = 0; at + 8 <= data.length;) {
    const size = data.readUInt32BE(at);
    if (size < 8 || at + size > data.length)
      throw new Error(`a box of ${size} bytes where ${data.length - at} are left`);
    const body = data.subarray(at + 8, at + size);
    if (data.toString("latin1", at + 4, at + 8) === name) found.push(...(rest.length > 0 ? boxes(body, rest) : [body]));
    at += size;
  }
  return found;
}

function only(data: Buffer, ...path: string[]): Buffer {
  const found = boxes(data, path);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} boxes ${path.join("/")}, 1 wanted`);
  return found[0];
}

interface Defaults {
  duration: number;
  size: number;
  flags: number;
}

/** A sample without the flag "is not a sync sample". */
const isSync = (flags: number): boolean => (flags & 0x10000) === 0;

interface Sample {
  ticks: number;
  size: number;
  flags: number;
  offset: number;
}

function readRun(run: Buffer, defaults: Defaults): Sample[] {
  const flags = run.readUInt32BE(0) & 0xffffff;
  let at = 8;
  const next = (present: number, otherwise: number, signed = false): number => {
    if (!(flags & present)) return otherwise;
    at += 4;
    return signed ? run.readInt32BE(at - 4) : run.readUInt32BE(at - 4);
  };
  next(0x1, 0);
  const first = next(0x4, -1);
  return Array.from({ length: run.readUInt32BE(4) }, (_, index) => {
    const ticks = next(0x100, defaults.duration);
    const size = next(0x200, defaults.size);
    const own = next(0x400, index === 0 && first >= 0 ? first : defaults.flags);
    // Version 0 has them unsigned, but writers put negative ones there too.
    return { ticks, size, flags: own, offset: next(0x800, 0, true) };
  });
}

function readHeader(header: Buffer, defaults: Defaults): Defaults {
  const flags = header.readUInt32BE(0) & 0xffffff;
  let at = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  const next = (present: number, otherwise: number): number => {
    if (!(flags & present)) return otherwise;
    at += 4;
    return header.readUInt32BE(at - 4);
  };
  const duration = next(0x8, defaults.duration);
  const size = next(0x10, defaults.size);
  return { duration, size, flags: next(0x20, defaults.flags) };
}

/** Ticks of the track that lie before the film's beginning. */
function editStart(init: Buffer): number {
  const [list] = boxes(init, ["moov", "trak", "edts", "elst"]);
  if (!list || list.readUInt32BE(4) !== 1) return 0;
  return list[0] === 1 ? Number(list.readBigInt64BE(16)) : list.readInt32BE(12);
}

/** @returns in decoding order. @throws Error when the boxes do not fit the bytes */
export function readFragments(init: Buffer, segments: Buffer[]): Packet[] {
  const media = only(init, "moov", "trak", "mdia", "mdhd");
  const timescale = media.readUInt32BE(media[0] === 1 ? 20 : 12);
  const trex = only(init, "moov", "mvex", "trex");
  const preset = { duration: trex.readUInt32BE(12), size: trex.readUInt32BE(16), flags: trex.readUInt32BE(20) };
  const start = editStart(init);
  return segments.flatMap((data, segment) =>
    boxes(data, ["moof", "traf"]).flatMap((fragment) => {
      const defaults = readHeader(only(fragment, "tfhd"), preset);
      const decode = only(fragment, "tfdt");
      let time = decode[0] === 1 ? Number(decode.readBigUInt64BE(4)) : decode.readUInt32BE(4);
      return boxes(fragment, ["trun"]).flatMap((run) =>
        readRun(run, defaults).map(({ ticks, size, flags, offset }): Packet => {
          const pts = (time + offset - start) / timescale;
          time += ticks;
          return { pts, seconds: ticks / timescale, size, key: isSync(flags), segment };
        }),
      );
    }),
  );
}

/** Type of the first coded slice of a segment of H.264: 5 is a picture that needs no other. */
export function firstSlice(segment: Buffer): number {
  const data = boxes(segment, ["mdat"])[0] ?? Buffer.alloc(0);
  for (let at = 0; at + 5 <= data.length; at += 4 + data.readUInt32BE(at)) {
    const type = (data[at + 4] ?? 0) & 0x1f;
    if (type >= 1 && type <= 5) return type;
  }
  return 0;
}
