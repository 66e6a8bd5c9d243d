/** MP4 boxes, read and written by hand: whatever they say is written as it stands. */

export const u8 = (...values: number[]): Buffer => Buffer.from(values);
export const u16 = (...values: number[]): Buffer => whole(2, values);
export const u32 = (...values: (number | bigint)[]): Buffer => whole(4, values);
export const u64 = (...values: (number | bigint)[]): Buffer => whole(8, values);

/** Big-endian; negative numbers as their complement. */
function whole(width: number, values: (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(width * values.length);
  for (const [index, value] of values.entries()) {
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
    eight.copy(bytes, index * width, 8 - width);
  }
  return bytes;
}

export const concat = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));

export const box = (name: string, ...parts: (Buffer | string)[]): Buffer => {
  const body = concat(...parts);
  return concat(u32(body.length + 8), name, body);
};
/** A box with version and flags. */
export const full = (name: string, ...parts: (Buffer | string)[]): Buffer => box(name, u32(0), ...parts);

export interface Found {
  /** Where its size stands. */
  at: number;
  size: number;
}

/** @param path such as `moov/trak/mdia/mdhd`; of several boxes of a name, `trak:1` is the second. */
export function find(film: Buffer, path: string): Found {
  let [from, to] = [0, film.length];
  let found: Found | undefined;
  for (const step of path.split("/")) {
    const [name = "", index = "0"] = step.split(":");
    let skip = Number(index);
    found = undefined;
    for (let at = from; at + 8 <= to; at += Math.max(8, film.readUInt32BE(at))) {
      if (film.toString("latin1", at + 4, at + 8) !== name || skip-- > 0) continue;
      found = { at, size: film.readUInt32BE(at) };
      break;
    }
    if (!found) throw new Error(`the film has no ${path}`);
    // The lists of descriptions and references begin with a version and a count.
    [from, to] = [found.at + (name === "stsd" || name === "dref" ? 16 : 8), found.at + found.size];
  }
  if (!found) throw new Error(`the film has no ${path}`);
  return found;
}

/** A copy in which `value` stands `offset` bytes after the beginning of a box, its size and name counted. */
export function patch(film: Buffer, path: string, offset: number, value: Buffer): Buffer {
  const copy = Buffer.from(film);
  value.copy(copy, find(film, path).at + offset);
  return copy;
}

/** A copy with other boxes in the place of one, or after it; the boxes around it grow. Only what follows the media may grow. */
export function replace(film: Buffer, path: string, change: (old: Buffer) => Buffer): Buffer {
  const { at, size } = find(film, path);
  const made = change(film.subarray(at, at + size));
  const copy = concat(film.subarray(0, at), made, film.subarray(at + size));
  const steps = path.split("/");
  for (let depth = 1; depth < steps.length; depth += 1) {
    const parent = find(film, steps.slice(0, depth).join("/"));
    copy.writeUInt32BE(parent.size + made.length - size, parent.at);
  }
  return copy;
}

export const after = (film: Buffer, path: string, ...more: Buffer[]): Buffer =>
  replace(film, path, (old) => concat(old, ...more));

export const repeat = (count: number, part: Buffer): Buffer => Buffer.alloc(count * part.length, part);
