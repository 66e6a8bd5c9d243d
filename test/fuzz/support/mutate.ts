/** Damage to a film, by number: the same seed and number give the same bytes. Pure. */

/** A generator of whole numbers below a bound (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof generator>;

/** Bytes at either end in which a container's headers and index lie: half of all damage is done there. */
const ENDS = 3000;

function place(random: Random, length: number): number {
  const ends = Math.min(ENDS, length);
  const where = random(4);
  if (where === 0) return random(ends);
  return where === 1 ? length - 1 - random(ends) : random(length);
}

function range(random: Random, length: number, longest: number): [number, number] {
  const from = place(random, length);
  return [from, Math.min(length, from + 1 + random(longest))];
}

const INTEGERS = [0n, 1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

function writeInteger(bytes: Buffer, random: Random, at: number): void {
  const value = INTEGERS[random(INTEGERS.length)] ?? 0n;
  const width = [2, 4, 8][random(3)] ?? 4;
  const eight = Buffer.alloc(8);
  if (random(2) === 0) eight.writeBigUInt64BE(BigInt.asUintN(64, value));
  else eight.writeBigUInt64LE(BigInt.asUintN(64, value));
  // The end that holds the number, for widths below eight.
  const text = value < 2n ** 32n && width < 8 ? eight.subarray(eight[0] === 0 ? 8 - width : 0) : eight;
  text.copy(bytes, at, 0, Math.min(width, bytes.length - at));
}

/** Places before a name of four letters, where MP4 and AVI (after it) keep the length of what follows. */
function lengthFields(bytes: Buffer): number[] {
  const found: number[] = [];
  const letters = /[A-Za-z0-9 ]{4}/y;
  const text = bytes.toString("latin1");
  for (let at = 4; at < text.length - 8; at += 1) {
    letters.lastIndex = at;
    if (letters.test(text) && (text[at - 4] === "\0" || text[at + 7] === "\0")) found.push(at - 4, at + 4);
  }
  return found;
}

/** What is done to a copy of the film, some of it in place; `undefined` keeps the copy. */
const DAMAGE: Record<string, (bytes: Buffer, random: Random) => Buffer | undefined> = {
  flip(bytes, random) {
    for (let count = 1 + random(40); count > 0; count -= 1) {
      const at = place(random, bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    }
    return undefined;
  },
  splice(bytes, random) {
    const [from, to] = range(random, bytes.length, 2000);
    bytes.copy(bytes, place(random, bytes.length), from, to);
    return undefined;
  },
  swap(bytes, random) {
    const [from, to] = range(random, bytes.length >> 1, 4000);
    const other = Math.min(bytes.length - (to - from), to + random(bytes.length - to));
    const middle = bytes.subarray(to, other);
    const [first, second] = [bytes.subarray(from, to), bytes.subarray(other, other + to - from)];
    return Buffer.concat([bytes.subarray(0, from), second, middle, first, bytes.subarray(other + to - from)]);
  },
  duplicate(bytes, random) {
    const [from, to] = range(random, bytes.length, 4000);
    const copies = Array.from({ length: 1 + random(8) }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...copies, bytes.subarray(to)]);
  },
  remove(bytes, random) {
    const [from, to] = range(random, bytes.length, 4000);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  zero(bytes, random) {
    bytes.fill(0, ...range(random, bytes.length, 2000));
    return undefined;
  },
  noise(bytes, random) {
    const [from, to] = range(random, bytes.length, 300);
    for (let at = from; at < to; at += 1) bytes[at] = random(256);
    return undefined;
  },
  integer(bytes, random) {
    for (let count = 1 + random(4); count > 0; count -= 1) writeInteger(bytes, random, place(random, bytes.length));
    return undefined;
  },
  length(bytes, random) {
    const fields = lengthFields(bytes);
    for (let count = 1 + random(2); count > 0; count -= 1)
      writeInteger(bytes, random, fields[random(fields.length)] ?? random(bytes.length));
    return undefined;
  },
};

export const KINDS = Object.keys(DAMAGE);

/** @param number from 0; neighbours are damaged in different ways. */
export function mutate(film: Buffer, number: number): Buffer {
  const damage = DAMAGE[KINDS[number % KINDS.length] ?? ""];
  const copy = Buffer.from(film);
  return damage?.(copy, generator(number + 1)) ?? copy;
}

/** The first `number` thirty-seconds of a film. */
export const truncate = (film: Buffer, number: number): Buffer =>
  film.subarray(0, Math.floor((film.length * number) / 32));
