import { strict as assert } from "node:assert";
import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { findReference } from "../../handlers/references";
import { SNIFFED_BYTES } from "../../handlers/sniff";
import { World } from "./world";

const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, content]);
};
const word = (value: number): Buffer => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
/** `self`: the flag that says "in this file". */
const entry = (type: string, self: boolean, place = ""): Buffer => box(type, word(self ? 1 : 0), Buffer.from(place));
const dref = (...entries: Buffer[]): Buffer => box("dref", word(0), word(entries.length), ...entries);
const track = (...entries: Buffer[]): Buffer =>
  box("trak", box("tkhd", Buffer.alloc(84)), box("mdia", box("minf", box("dinf", dref(...entries)))));
const movie = (...tracks: Buffer[]): Buffer => box("moov", box("mvhd", Buffer.alloc(100)), ...tracks);
const FTYP = box("ftyp", Buffer.from("qt  \0\0\0\0qt  "));
const OWN = entry("url ", true);
const ELSEWHERE = entry("url ", false, "http://127.0.0.1/secret.mp4\0");

let reads = 0;
const codeOf = async (file: Uint8Array): Promise<string> => {
  reads = 0;
  const read = (from: number, bytes: number): Promise<Uint8Array> => {
    assert.ok(from < file.length, "read behind the end");
    reads += 1;
    return Promise.resolve(file.subarray(from, from + bytes));
  };
  return (await findReference(file.subarray(0, SNIFFED_BYTES), file.length, read))?.code ?? "goes on";
};
const compressed = (index: Buffer): Buffer =>
  box("moov", box("cmov", box("dcom", Buffer.from("zlib")), box("cmvd", word(index.length), deflateSync(index))));

describe("media that lies elsewhere", () => {
  const films: [string, Buffer][] = [
    ["a film", Buffer.concat([FTYP, movie(track(OWN), track(OWN)), box("mdat", Buffer.alloc(9000))])],
    ["its index last", Buffer.concat([FTYP, box("mdat", Buffer.alloc(500_000)), movie(track(OWN))])],
    ["its index compressed", Buffer.concat([FTYP, compressed(movie(track(OWN)))])],
    ["an alias to itself", Buffer.concat([FTYP, movie(track(entry("alis", true, "film.mov")))])],
    ["the flag left out and no place given", Buffer.concat([FTYP, movie(track(entry("url ", false)))])],
    ["a box to the end of the file", Buffer.concat([FTYP, word(0), Buffer.from("mdat"), Buffer.alloc(90_000)])],
    ["another family", Buffer.concat([word(0x1a45dfa3), movie(track(ELSEWHERE))])],
    ["nothing but its brand", FTYP],
    ["an index that is cut", Buffer.concat([FTYP, movie(track(ELSEWHERE)).subarray(0, 150)])],
    ["a compressed index that is none", Buffer.concat([FTYP, box("moov", box("cmov", box("cmvd", word(9), FTYP)))])],
  ];
  for (const [name, file] of films) it(`goes on: ${name}`, async () => assert.equal(await codeOf(file), "goes on"));

  const refused: [string, Buffer][] = [
    ["an address", Buffer.concat([FTYP, movie(track(ELSEWHERE))])],
    [
      "an address in the last of many tracks",
      Buffer.concat([FTYP, movie(...Array(40).fill(track(OWN)), track(ELSEWHERE))]),
    ],
    ["a second entry", Buffer.concat([FTYP, movie(track(OWN, ELSEWHERE))])],
    ["an alias to a file", Buffer.concat([FTYP, movie(track(entry("alis", false, "\0\0\0\x96/etc/passwd")))])],
    ["a resource", Buffer.concat([movie(track(entry("rsrc", false, "file")))])],
    ["an index behind the media", Buffer.concat([FTYP, box("mdat", Buffer.alloc(500_000)), movie(track(ELSEWHERE))])],
    ["a second index", Buffer.concat([FTYP, movie(track(OWN)), box("free", Buffer.alloc(5)), movie(track(ELSEWHERE))])],
    ["a compressed index", Buffer.concat([FTYP, compressed(movie(track(ELSEWHERE)))])],
    [
      "a reference movie",
      box("moov", box("rmra", box("rmda", box("rdrf", word(0), Buffer.from("url "), word(4), Buffer.from("b.mp4"))))),
    ],
  ];
  for (const [name, file] of refused)
    it(`is refused: ${name}`, async () => assert.equal(await codeOf(file), "external-media"));

  it("a film of many gigabytes costs a few reads", async () => {
    const index = movie(track(OWN), track(OWN));
    const size = 2 ** 33;
    const head = Buffer.alloc(SNIFFED_BYTES);
    Buffer.concat([FTYP, word(1), Buffer.from("mdat")]).copy(head);
    head.writeBigUInt64BE(BigInt(size - FTYP.length - index.length), FTYP.length + 8);
    const asked: number[] = [];
    const reason = await findReference(head, size, (from, bytes) => {
      asked.push(from);
      return Promise.resolve(index.subarray(from - (size - index.length), from - (size - index.length) + bytes));
    });
    assert.equal(reason, undefined);
    assert.deepEqual(asked, [size - index.length]);
  });

  it("an index without end is refused after a bounded effort", async () => {
    assert.equal(await codeOf(Buffer.concat([FTYP, movie(...Array(30_000).fill(box("free")))])), "unreadable");
    const scattered = Array(300).fill(box("free", Buffer.alloc(70_000))) as Buffer[];
    assert.equal(await codeOf(Buffer.concat([FTYP, ...scattered])), "unreadable");
    assert.equal(reads, 256);
    assert.equal(await codeOf(Buffer.concat([FTYP, compressed(Buffer.alloc(17 * 1024 * 1024))])), "unreadable");
  });

  it("never throws, whatever the bytes", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 30 }),
        fc.nat(400),
        async (changes, length) => {
          const file = Buffer.concat([FTYP, movie(track(OWN, ELSEWHERE)), compressed(movie(track(OWN)))]);
          for (const [at, byte] of changes) file[at % file.length] = byte;
          await codeOf(file.subarray(0, length));
        },
      ),
      { numRuns: 1000 },
    ));

  it("is refused by ingest without a probe and without a job", async () => {
    const world = new World();
    await world.ingest(await world.upload("film.mov", Buffer.concat([FTYP, movie(track(ELSEWHERE))])));
    const asset = await world.asset("film.mov");
    assert.deepEqual([asset.state, asset.reason?.code], ["rejected", "external-media"]);
    assert.deepEqual([world.transcoder.probed, world.transcoder.jobs.length], [0, 0]);
  });
});
