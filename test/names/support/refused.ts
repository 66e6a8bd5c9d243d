/** Files that are no films: made by ffmpeg, or written byte by byte. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { CODED, ffmpeg, source } from "./clip.js";

export interface Refused {
  name: string;
  body: Uint8Array;
  /** Code of the reason. */
  code: string;
  /** True when its first bytes are enough: no Probe call is made. */
  sniffed: boolean;
}

const ascii = (text: string): Uint8Array => Buffer.from(text, "latin1");
const padded = (...bytes: number[]): Uint8Array => Buffer.concat([Uint8Array.from(bytes), Buffer.alloc(600)]);
const sniffed = (code: string, files: Record<string, Uint8Array | string>): Refused[] =>
  Object.entries(files).map(([name, body]) => ({ name, body: Buffer.from(body), code, sniffed: true }));
const probed = (code: string, files: Record<string, Uint8Array>): Refused[] =>
  Object.entries(files).map(([name, body]) => ({ name, body, code, sniffed: false }));

const TEXTS: Record<string, string> = {
  letters: "All work and no play makes Jack a dull boy.\n".repeat(200),
  "one letter": "a",
  json: JSON.stringify({ film: "secret.mp4", list: [1, 2, 3] }),
  html: "<!DOCTYPE html><html><video src=secret.mp4></video></html>",
  xml: '<?xml version="1.0" encoding="UTF-8"?>\n<film href="secret.mp4"/>',
  "xml in Latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?>\n<film title="A\u00f1o"/>',
  "subtitles, srt": "1\n00:00:00,000 --> 00:00:05,000\nHello\n",
  "subtitles, vtt": "WEBVTT\n\n00:00.000 --> 00:05.000\nHello\n",
  "subtitles, ass": "[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,,,,0,0,0,,Hi\n",
  "subtitles, idx": "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\n",
  "a picture's pattern": "frame%03d.png\n",
  shell: "#!/bin/sh\ntouch canary\n",
  base64: "AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDE=\n",
};

async function made(folder: string, name: string, args: string[]): Promise<Buffer> {
  await ffmpeg([...args, name], folder);
  return readFileSync(join(folder, name));
}

const TONE = ["-f", "lavfi", "-i", "sine=f=440:d=1"];
const PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-frames:v", "1"];

/** One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

async function pictures(folder: string): Promise<Record<string, Uint8Array>> {
  const still = (name: string, ...args: string[]) => made(folder, name, [...PICTURE, ...args]);
  const moving = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1"];
  return {
    png: PNG,
    jpeg: await still("p.jpg"),
    gif: await still("p.gif"),
    bmp: await still("p.bmp"),
    tiff: await still("p.tiff"),
    "jpeg 2000": await still("p.jp2", "-c:v", "jpeg2000"),
    qoi: await still("p.qoi", "-c:v", "qoi", "-f", "image2"),
    "portable pixmap": await still("p.ppm"),
    dpx: await still("p.dpx"),
    "animated gif": await made(folder, "a.gif", moving),
    "animated png": Buffer.concat([
      PNG.subarray(0, 33),
      ascii("\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0"),
      PNG.subarray(33),
    ]),
    webp: Buffer.concat([ascii("RIFF"), Uint8Array.from([36, 0, 0, 0]), ascii("WEBPVP8L"), Buffer.alloc(30)]),
    "animated webp": Buffer.concat([
      ascii("RIFF"),
      Uint8Array.from([99, 0, 0, 0]),
      ascii("WEBPVP8X"),
      Buffer.alloc(90),
    ]),
    heic: Buffer.concat([Uint8Array.from([0, 0, 0, 24]), ascii("ftypheic\0\0\0\0mif1heic"), Buffer.alloc(99)]),
    avif: Buffer.concat([Uint8Array.from([0, 0, 0, 24]), ascii("ftypavif\0\0\0\0mif1avif"), Buffer.alloc(99)]),
    svg: ascii('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="secret.png"/></svg>'),
    ico: padded(0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0),
    psd: Buffer.concat([ascii("8BPS\0\x01"), Buffer.alloc(99)]),
    "bitmap's header": padded(0x42, 0x4d, 118, 2, 0, 0, 0, 0, 0, 0, 54),
  };
}

const DOCUMENTS: Record<string, Uint8Array> = {
  pdf: ascii("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
  zip: padded(0x50, 0x4b, 3, 4, 20, 0),
  gzip: gzipSync("a film, packed"),
  exe: Buffer.concat([ascii("MZ\x90\0\x03"), Buffer.alloc(99)]),
  elf: padded(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1),
  "7z": padded(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c),
  rar: Buffer.concat([ascii("Rar!\x1a\x07\x01\0"), Buffer.alloc(99)]),
  tar: Buffer.concat([ascii("secret.mp4"), Buffer.alloc(247), ascii("ustar\x0000"), Buffer.alloc(999)]),
  "a DVD's menu": Buffer.concat([ascii("DVDVIDEO-VMG"), Buffer.alloc(2048)]),
  doc: padded(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
};

async function sounds(folder: string): Promise<Refused[]> {
  const sound = (name: string, ...args: string[]) => made(folder, name, [...TONE, ...args]);
  const cover = (name: string, ...args: string[]) =>
    made(folder, name, [
      ...TONE,
      "-i",
      "cover.jpg",
      "-map",
      "0",
      "-map",
      "1",
      "-disposition:v:0",
      "attached_pic",
      ...args,
    ]);
  await made(folder, "cover.jpg", PICTURE);
  return [
    ...sniffed("no-video", {
      wav: await sound("s.wav"),
      mp3: await sound("s.mp3"),
      flac: await sound("s.flac"),
      "mp3 with its cover": await cover("c.mp3", "-c:v", "copy", "-id3v2_version", "3"),
      "flac with its cover": await cover("c.flac", "-c:v", "copy"),
    }),
    ...probed("no-video", {
      m4a: await sound("s.m4a"),
      "mp3 without a tag": await sound("t.mp3", "-id3v2_version", "0", "-write_xing", "0"),
      ogg: await sound("s.ogg", "-c:a", "libopus"),
      aac: await sound("s.aac"),
      ac3: await sound("s.ac3"),
      mka: await sound("s.mka"),
      "webm without a picture": await sound("s.webm"),
      "mp4 without a picture": await sound("s.mp4"),
      "mpegts without a picture": await sound("s.ts"),
      "mov of pcm": await sound("s.mov", "-c:a", "pcm_s16le"),
      "m4a with its cover": await cover("c.m4a", "-c:v", "copy"),
      "mka with its cover": await made(folder, "c.mka", [
        ...TONE,
        "-attach",
        "cover.jpg",
        "-metadata:s:t",
        "mimetype=image/jpeg",
      ]),
    }),
  ];
}

/** Films without what it takes to read them. */
async function broken(folder: string): Promise<Refused[]> {
  const film = await made(folder, "film.mp4", [...source(1), ...CODED]);
  const box = (type: string, content = Buffer.alloc(0)): Buffer =>
    Buffer.concat([Uint8Array.from([0, 0, 0, 8 + content.length]), ascii(type), content]);
  return probed("unreadable", {
    "a film cut before its index": film.subarray(0, film.length >> 1),
    "a film cut within its first box": film.subarray(0, 20),
    "nothing but the brand": box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2")),
    "a brand and an empty index": Buffer.concat([box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2")), box("moov")]),
    "a film that is packed": deflateSync(film),
    "a film back to front": Buffer.from(film).reverse(),
    zeros: Buffer.alloc(100_000),
    "Matroska's first bytes": padded(0x1a, 0x45, 0xdf, 0xa3),
    "AVI's first bytes": Buffer.concat([ascii("RIFF\0\x01\0\0AVI LIST"), Buffer.alloc(99)]),
  });
}

const random: Refused[] = fc
  .sample(fc.uint8Array({ minLength: 1, maxLength: 9000, size: "max" }), { numRuns: 300, seed: 5 })
  .map((body, index) => ({ name: `random bytes ${index}`, body, code: "", sniffed: false }));

/** Every file that is refused for what it is. `code` is empty where any reason will do. */
export async function refusedFiles(root: string): Promise<Refused[]> {
  const folder = mkdtempSync(join(root, "refused-"));
  writeFileSync(join(folder, "empty"), "");
  try {
    return [
      ...sniffed("empty", { "no bytes": "" }),
      ...sniffed("text", TEXTS).map((file) => ({ ...file, code: "" })),
      ...sniffed("picture", await pictures(folder)),
      ...sniffed("not-media", DOCUMENTS),
      ...(await sounds(folder)),
      ...(await broken(folder)),
      ...random,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
