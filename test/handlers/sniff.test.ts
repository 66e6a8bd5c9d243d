import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { sniff, SNIFFED_BYTES } from "../../handlers/sniff";
import { MP4_HEAD } from "./world";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const box = (type: string): Uint8Array => Uint8Array.from([0, 0, 0, 24, ...Buffer.from(type), 0, 0, 0, 0]);
const codeOf = (head: Uint8Array): string => sniff(head)?.code ?? "goes on";

describe("sniff: refused before anything opens the file", () => {
  const table: [string, Uint8Array, string][] = [
    ["no bytes", new Uint8Array(), "empty"],
    ["an HLS playlist", bytes("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:6,\n../other/secret.ts\n"), "playlist"],
    ["an HLS playlist after a byte order mark", bytes("\ufeff#EXTM3U\n"), "playlist"],
    ["an HLS playlist after blanks", bytes("\n \t#EXTM3U\n"), "playlist"],
    ["a playlist with zeros after it", Uint8Array.from([...bytes("#EXTM3U\nsecret.ts\n"), 0, 0, 1, 2]), "playlist"],
    ["a DASH manifest", bytes('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'), "manifest"],
    ["a DASH manifest in small letters behind a long comment", bytes(`<!--${"-".repeat(3000)}--><mpd>`), "manifest"],
    ["an IMF playlist", bytes('<CompositionPlaylist xmlns="x">'), "manifest"],
    ["a Smooth Streaming manifest", bytes('<SmoothStreamingMedia MajorVersion="2">'), "manifest"],
    ["a concat list", bytes("ffconcat version 1.0\nfile secret.mp4\n"), "concat-list"],
    ["an SDP description", bytes("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"), "session-description"],
    [
      "an SDP description without its first line",
      bytes("s=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
      "session-description",
    ],
    ["a PNG", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), "picture"],
    ["a JPEG", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), "picture"],
    ["a GIF", bytes("GIF89a\0\0"), "picture"],
    ["a WebP", Uint8Array.from([...bytes("RIFF"), 1, 2, 0, 0, ...bytes("WEBPVP8 ")]), "picture"],
    ["an AVIF", box("ftypavif"), "picture"],
    ["a HEIC", box("ftypheic"), "picture"],
    ["a BMP", Uint8Array.from([0x42, 0x4d, 10, 0, 0, 0, 0, 0, 0, 0, 54]), "picture"],
    ["an SVG", bytes('<svg xmlns="http://www.w3.org/2000/svg"/>'), "picture"],
    ["3 KB of text", bytes("All work and no play. ".repeat(140)), "text"],
    ["a text that is cut within a letter", bytes("ñ".repeat(3000)).subarray(0, SNIFFED_BYTES - 1), "text"],
    ["UTF-16 text", Uint8Array.from([0xff, 0xfe, 0x23, 0, 0x45, 0]), "text"],
    ["a PDF", bytes("%PDF-1.7\0"), "not-media"],
    ["a ZIP", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0]), "not-media"],
  ];
  for (const [name, head, code] of table) it(name, () => assert.equal(codeOf(head), code));
});

describe("sniff: left to the probe", () => {
  const table: [string, Uint8Array][] = [
    ["MP4", MP4_HEAD],
    ["MOV", box("ftypqt  ")],
    ["an old MOV without ftyp", box("moov")],
    ["Matroska and WebM", Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3, 1, 0, 0, 0])],
    ["AVI", Uint8Array.from([...bytes("RIFF"), 0, 1, 0, 0, ...bytes("AVI LIST")])],
    ["a transport stream", Uint8Array.from([0x47, 0x40, 0, 0x10, 0, 0, 0xb0])],
    ["M2TS", Uint8Array.from([0, 0, 0, 0, 0x47, 0x40, 0])],
    ["a film that begins with the letters BM", Uint8Array.from([0x42, 0x4d, 1, 2, 3, 4, 5, 6, 7, 8])],
    ["a film that speaks of <MPD after its header", Uint8Array.from([...MP4_HEAD, ...bytes("<MPD c=IN IP4")])],
    ["random bytes", Uint8Array.from([3, 141, 59, 26, 53, 0, 200, 255])],
  ];
  for (const [name, head] of table) it(name, () => assert.equal(codeOf(head), "goes on"));

  it("never throws, whatever the bytes", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: SNIFFED_BYTES }), (head) => void sniff(head)),
      { numRuns: 500 },
    ));
  it("never lets a printable text through", () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme-ascii" }), (text) =>
        assert.notEqual(codeOf(bytes(text)), "goes on"),
      ),
    ));
});
