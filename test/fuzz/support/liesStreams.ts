/** Transport streams and AVI files that lie. */
import { mpeg2Sequence } from "./bits";
import { concat, repeat, u16, u8 } from "./boxes";
import type { Lies } from "./liesMp4";
import { SENTINEL_FILM } from "./sentinel";

const PACKET = 188;

/** CRC-32 as sections of a transport stream have it. */
function checksum(bytes: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0)) >>> 0;
  }
  const end = Buffer.alloc(4);
  end.writeUInt32BE(crc);
  return end;
}

/** One packet with a table: `id` 0 lists programs, 2 a program's streams. */
function section(pid: number, id: number, ...parts: Buffer[]): Buffer {
  const body = concat(u16(1), u8(0xc1, 0, 0), ...parts);
  const table = concat(u8(id), u16(0xb000 | (body.length + 4)), body);
  const packet = concat(u8(0x47), u16(0x4000 | pid), u8(0x10, 0), table, checksum(table));
  return concat(packet, Buffer.alloc(Math.max(0, PACKET - packet.length), 0xff)).subarray(0, PACKET);
}
const programs = (...pairs: [number, number][]): Buffer =>
  section(0, 0, ...pairs.map(([number, pid]) => u16(number, 0xe000 | pid)));
const streams = (pid: number, ...pairs: [number, number][]): Buffer =>
  section(
    pid,
    2,
    u16(0xe100, 0xf000),
    ...pairs.map(([type, stream]) => concat(u8(type), u16(0xe000 | stream, 0xf000))),
  );

const packets = (film: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(film.length / PACKET) }, (_, index) =>
    Buffer.from(film.subarray(index * PACKET, (index + 1) * PACKET)),
  );
const each = (film: Buffer, change: (packet: Buffer, index: number) => void): Buffer => {
  const list = packets(film);
  list.forEach(change);
  return Buffer.concat(list);
};

/** Sets all five bytes of each packet's presentation time to what `time` says of the packet. */
const retimed = (film: Buffer, time: (index: number) => bigint): Buffer =>
  each(film, (packet, index) => {
    const start = packet.indexOf(u8(0, 0, 1));
    const header = start + 9;
    if (start < 4 || header + 5 > PACKET || ((packet[1] ?? 0) & 0x40) === 0 || ((packet[start + 7] ?? 0) & 0x80) === 0)
      return;
    const value = time(index) & 0x1ffffffffn;
    packet[header] = ((packet[header] ?? 0) & 0xf1) | Number(((value >> 30n) & 7n) << 1n);
    packet.writeUInt16BE(Number(((value >> 15n) & 0x7fffn) << 1n) | 1, header + 1);
    packet.writeUInt16BE(Number((value & 0x7fffn) << 1n) | 1, header + 3);
  });

const sequence = (film: Buffer, width: number, height: number, rate: number): Buffer => {
  const copy = Buffer.from(film);
  for (let at = copy.indexOf(u8(0, 0, 1, 0xb3)); at >= 0; at = copy.indexOf(u8(0, 0, 1, 0xb3), at + 4))
    mpeg2Sequence(width, height, rate).copy(copy, at);
  return copy;
};

export const TS_LIES: Lies = {
  "the list of programs is a program": (film) => concat(programs([1, 0]), film),
  "a program whose streams are its own table": (film) =>
    concat(programs([1, 0x30]), streams(0x30, [2, 0x30], [3, 0]), film),
  "programs that name each other": (film) =>
    concat(programs([1, 0x30], [2, 0x31]), streams(0x30, [2, 0x31]), streams(0x31, [2, 0x30]), film),
  "40 programs of 30 streams each": (film) =>
    concat(
      programs(...Array.from({ length: 40 }, (_, index): [number, number] => [index + 1, 0x200 + index])),
      ...Array.from({ length: 40 }, (_, index) =>
        streams(
          0x200 + index,
          ...Array.from({ length: 30 }, (_, stream): [number, number] => [2, 0x400 + index * 30 + stream]),
        ),
      ),
      film,
    ),
  "100,000 packets of 8,000 streams": (film) =>
    concat(
      film,
      ...Array.from({ length: 100_000 }, (_, index) =>
        concat(u8(0x47), u16(0x4000 | (32 + (index % 8000))), u8(0x10), u8(0, 0, 1, 0xe0), Buffer.alloc(180)),
      ),
    ),
  "tables that are cut off": (film) => each(film, (packet) => (packet[1] ?? 0) & 0x40 && packet.fill(0xff, 20)),
  "nothing but sync bytes": () => repeat(PACKET * 5000, u8(0x47)),
  "an adaptation field longer than its packet": (film) =>
    each(film, (packet, index) => {
      if (index % 3 === 0) u8(0x30 | ((packet[3] ?? 0) & 15), 255).copy(packet, 3);
    }),
  "all counters the same": (film) => each(film, (packet) => (packet[3] = (packet[3] ?? 0) & 0xf0)),
  "time that stands still": (film) => retimed(film, () => 0n),
  "time that runs backwards": (film) => retimed(film, (index) => 900_000n - BigInt(index) * 3000n),
  "time that leaps to the end of its 33 bits and back": (film) =>
    retimed(film, (index) => (index % 2 ? 2n ** 33n - 1n : 0n)),
  "an hour between pictures": (film) => retimed(film, (index) => BigInt(index) * 90_000n * 3600n),
  "a day at the end": (film) =>
    concat(
      film,
      retimed(film, () => 90_000n * 80_000n),
    ),
  "a picture of 4,095 × 4,095": (film) => sequence(film, 4095, 4095, 3),
  "a picture of 0 × 0": (film) => sequence(film, 0, 0, 3),
  "rate 0, which is none": (film) => sequence(film, 160, 90, 0),
  "rate 15, which is none": (film) => sequence(film, 160, 90, 15),
  "a picture that grows after a second": (film) => concat(film, sequence(film, 4000, 4000, 3)),
};

const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const chunk = (name: string, ...parts: (Buffer | string)[]): Buffer => {
  const body = concat(...parts);
  return concat(name, long(body.length), body, Buffer.alloc(body.length % 2));
};
/** A copy in which a number stands some bytes after the nth place of a name. */
function put(film: Buffer, name: string, offset: number, ...values: number[]): Buffer {
  const copy = Buffer.from(film);
  const at = film.indexOf(name, 0, "latin1");
  if (at < 0) throw new Error(`the film has no ${name}`);
  values.forEach((value, index) => long(value).copy(copy, at + offset + 4 * index));
  return copy;
}
/** More lists after the first of a name. */
function insert(film: Buffer, before: string, more: Buffer): Buffer {
  const at = film.indexOf(before, 0, "latin1") - 8;
  return concat(film.subarray(0, at), more, film.subarray(at));
}

/** The head of the first stream, again. */
function oneStream(film: Buffer): Buffer {
  const part = (name: string): Buffer => {
    const at = film.indexOf(name, 0, "latin1");
    return film.subarray(at, at + 8 + film.readUInt32LE(at + 4));
  };
  return chunk("LIST", "strl", part("strh"), part("strf"));
}
const header = (film: Buffer, more: Buffer): Buffer => {
  const list = film.indexOf("hdrl", 0, "latin1") - 4;
  const end = list + 4 + film.readUInt32LE(list);
  const grown = concat(film.subarray(0, end), more, film.subarray(end));
  long(film.readUInt32LE(list) + more.length).copy(grown, list);
  return grown;
};

const subtitle = (text: string): Buffer =>
  concat("GAB2", u8(0), u16(0x0200), Buffer.alloc(4), u16(0x0400), long(text.length), text);
const textStream = (): Buffer =>
  chunk("LIST", "strl", chunk("strh", "txts", Buffer.alloc(16), long(1), long(25), Buffer.alloc(24)), chunk("strf"));

export const AVI_LIES: Lies = {
  "size 0 of the file": (film) => put(film, "RIFF", 4, 0),
  "size 2^32-1 of the file": (film) => put(film, "RIFF", 4, 0xffffffff),
  "size 2^31 of the header": (film) => put(film, "LIST", 4, 0x80000000),
  "size 2^31 of the media": (film) => put(film, "movi", -4, 0x80000000),
  "2^32-1 pictures": (film) => put(put(film, "avih", 24, 0xffffffff), "strh", 40, 0xffffffff),
  "10^6 pictures a second": (film) => put(put(film, "avih", 8, 1), "strh", 28, 1, 1_000_000),
  "rate 1 by 0": (film) => put(film, "strh", 28, 0, 1),
  "rate 0 by 1": (film) => put(film, "strh", 28, 1, 0),
  "rate 2^32-1 by 2^32-1": (film) => put(film, "strh", 28, 0xffffffff, 0xffffffff),
  "a picture an hour": (film) => put(film, "strh", 28, 3600, 1),
  "a start 2^31 pictures later": (film) => put(film, "strh", 36, 0x7fffffff),
  "a picture of 65,535 × 65,535": (film) => put(film, "strf", 12, 65535, 65535),
  "a picture of -2^31 lines": (film) => put(film, "strf", 16, 0x80000000),
  "an index of 2^32-1 bytes": (film) => put(film, "idx1", 4, 0xffffffff),
  "an index that points past the end": (film) => put(film, "idx1", 16, 0xfffffff0, 0xfffffff0),
  "an index of 10^6 pictures that are one": (film) => {
    const at = film.indexOf("idx1", 0, "latin1");
    return concat(film.subarray(0, at), chunk("idx1", repeat(1_000_000, film.subarray(at + 8, at + 24))));
  },
  "an index of indexes that is itself": (film) => {
    const at = film.indexOf("hdrl", 0, "latin1");
    const entry = concat(long(at), long(0), long(64), long(25));
    return header(film, chunk("indx", u8(4, 0, 0, 0), long(1000), "00dc", Buffer.alloc(12), repeat(1000, entry)));
  },
  "900 streams": (film) => header(film, repeat(900, oneStream(film))),
  "100,000 streams": (film) => header(film, repeat(100_000, oneStream(film))),
  "100,000 lists one in another": (film) => {
    const depth = 100_000;
    const heads = Array.from({ length: depth }, (_, level) => concat("LIST", long(12 * (depth - level) - 8), "rec "));
    return insert(film, "movi", Buffer.concat(heads));
  },
  "20 MB of title": (film) => insert(film, "movi", chunk("LIST", "INFO", chunk("INAM", "x".repeat(20_000_000)))),
  "100,000 titles": (film) => insert(film, "movi", chunk("LIST", "INFO", repeat(100_000, chunk("INAM", "text")))),
  "sound of 0 Hz and 0 bytes": (film) => {
    const at = film.lastIndexOf("strf", film.indexOf("movi", 0, "latin1"), "latin1");
    return concat(film.subarray(0, at + 8), Buffer.alloc(14), film.subarray(at + 22));
  },
  "subtitles that are a playlist of another film": (film) => {
    const text = `#EXTM3U\n#EXTINF:1,\n../${SENTINEL_FILM}\n#EXT-X-ENDLIST\n`;
    const more = header(film, textStream());
    const at = more.indexOf("movi", 0, "latin1") + 4;
    return concat(more.subarray(0, at), chunk("02tx", subtitle(text)), more.subarray(at));
  },
  "subtitles that are a list of another film": (film) => {
    const more = header(film, textStream());
    const at = more.indexOf("movi", 0, "latin1") + 4;
    const text = `ffconcat version 1.0\nfile ../${SENTINEL_FILM}\n`;
    return concat(more.subarray(0, at), chunk("02tx", subtitle(text)), more.subarray(at));
  },
};
