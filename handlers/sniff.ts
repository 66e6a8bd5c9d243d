/**
 * What the first bytes of a file say it is. Playlists, manifests and concat lists must be refused before anything opens
 * the file: MediaConvert (and ffmpeg) would follow them to other people's objects. Everything that no parser of such
 * texts would take goes on to the probe, which decides whether it is a film.
 */
import type { Reason } from "../contracts/ledger";

/** Bytes that are looked at. */
export const SNIFFED_BYTES = 4096;

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const SIGNATURES: readonly { code: string; name: string; at?: number; bytes: number[] }[] = [
  { code: "picture", name: "PNG picture", bytes: [0x89, ...ascii("PNG")] },
  { code: "picture", name: "JPEG picture", bytes: [0xff, 0xd8, 0xff] },
  { code: "picture", name: "GIF picture", bytes: ascii("GIF8") },
  { code: "picture", name: "WebP picture", at: 8, bytes: ascii("WEBP") },
  { code: "picture", name: "TIFF picture", bytes: [0x49, 0x49, 0x2a, 0x00] },
  { code: "picture", name: "TIFF picture", bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { code: "picture", name: "Photoshop picture", bytes: ascii("8BPS") },
  { code: "picture", name: "JPEG 2000 picture", at: 4, bytes: ascii("jP  ") },
  { code: "picture", name: "JPEG 2000 picture", bytes: [0xff, 0x4f, 0xff, 0x51] },
  { code: "picture", name: "JPEG XL picture", at: 4, bytes: ascii("JXL ") },
  { code: "picture", name: "JPEG XL picture", bytes: [0xff, 0x0a] },
  { code: "picture", name: "BigTIFF picture", bytes: [0x49, 0x49, 0x2b, 0x00] },
  { code: "picture", name: "QOI picture", bytes: ascii("qoif") },
  { code: "picture", name: "DDS picture", bytes: ascii("DDS ") },
  { code: "picture", name: "icon", bytes: ascii("icns") },
  { code: "picture", name: "DPX picture", bytes: ascii("SDPX") },
  { code: "picture", name: "DPX picture", bytes: ascii("XPDS") },
  { code: "picture", name: "OpenEXR picture", bytes: [0x76, 0x2f, 0x31, 0x01] },
  ...["heic", "heix", "heim", "heis", "mif1", "mif2", "msf1", "avif", "avis", "crx "].map((brand) => ({
    code: "picture",
    name: "HEIF or AVIF picture",
    at: 4,
    bytes: ascii(`ftyp${brand}`),
  })),
  // A tag before sound. Parsers look for any format behind it, a playlist too.
  { code: "no-video", name: "sound", bytes: ascii("ID3") },
  { code: "no-video", name: "FLAC sound", bytes: ascii("fLaC") },
  { code: "no-video", name: "WAVE sound", at: 8, bytes: ascii("WAVE") },
  { code: "playlist", name: "Blu-ray playlist", bytes: ascii("MPLS") },
  { code: "not-media", name: "DVD menu", bytes: ascii("DVDVIDEO-") },
  { code: "not-media", name: "PDF document", bytes: ascii("%PDF") },
  { code: "not-media", name: "ZIP archive", bytes: [...ascii("PK"), 3, 4] },
  { code: "not-media", name: "gzip archive", bytes: [0x1f, 0x8b, 0x08] },
  { code: "not-media", name: "bzip2 archive", bytes: ascii("BZh") },
  { code: "not-media", name: "xz archive", bytes: [0xfd, ...ascii("7zXZ")] },
  { code: "not-media", name: "Zstandard archive", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { code: "not-media", name: "7z archive", bytes: [...ascii("7z"), 0xbc, 0xaf] },
  { code: "not-media", name: "RAR archive", bytes: ascii("Rar!") },
  { code: "not-media", name: "tar archive", at: 257, bytes: ascii("ustar") },
  { code: "not-media", name: "program", bytes: [0x7f, ...ascii("ELF")] },
  { code: "not-media", name: "program", bytes: ascii("MZ") },
  { code: "not-media", name: "office document", bytes: [0xd0, 0xcf, 0x11, 0xe0] },
  { code: "not-media", name: "database", bytes: ascii("SQLite format 3") },
];

/** In the text before the first zero byte, which is as far as the parsers of text formats read. */
const TEXTS: readonly { code: string; name: string; pattern: RegExp }[] = [
  { code: "playlist", name: "HLS playlist", pattern: /^\s*#EXTM3U/i },
  { code: "manifest", name: "DASH manifest", pattern: /<MPD/i },
  { code: "manifest", name: "Smooth Streaming manifest", pattern: /<SmoothStreamingMedia/i },
  { code: "manifest", name: "IMF playlist", pattern: /<CompositionPlaylist/i },
  { code: "concat-list", name: "concat list", pattern: /^\s*ffconcat\s/i },
  { code: "session-description", name: "SDP session description", pattern: /^\s*v=0\s*$|^c=IN IP/im },
  {
    code: "playlist",
    name: "playlist",
    pattern: /^\s*\[(playlist|reference)\]|<(asx|smil|playlist)[\s>]|<\?wpl\b|^RTSPtext/i,
  },
  { code: "picture", name: "SVG picture", pattern: /<svg[\s>]/i },
  { code: "picture", name: "portable picture", pattern: /^P[1-7]\s+[\d#W]/ },
  { code: "text", name: "markup", pattern: /^\s*<[!?a-z]/i },
];

const matches = (head: Uint8Array, bytes: number[], at: number): boolean =>
  head.length >= at + bytes.length && bytes.every((byte, index) => head[at + index] === byte);

/** BMP's two letters alone would also fit a film; its reserved bytes are zero. */
const isBitmap = (head: Uint8Array): boolean => matches(head, ascii("BM"), 0) && matches(head, [0, 0, 0, 0], 6);

/** A directory of icons or pointers; the sizes of MP4's boxes never look so, and MPEG's start codes go on otherwise. */
const isIcon = (head: Uint8Array): boolean =>
  (matches(head, [0, 0, 1, 0], 0) || matches(head, [0, 0, 2, 0], 0)) &&
  (head[4] ?? 0) > 0 &&
  head[5] === 0 &&
  head[9] === 0;

/** By its mark, or, without one, by a zero beside each of its first letters. */
function isUtf16(head: Uint8Array): boolean {
  if (matches(head, [0xff, 0xfe], 0) || matches(head, [0xfe, 0xff], 0)) return true;
  const letters = (from: 0 | 1): boolean =>
    head.length >= 8 && [0, 2, 4, 6].every((at) => (head[at + from] ?? 0) > 8 && head[at + 1 - from] === 0);
  return letters(0) || letters(1);
}

/** Every container has zeros or other control characters in its first bytes; a text has none. */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127)) return false;
  try {
    // `stream`: the last character may be cut in two.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function textBeforeZero(head: Uint8Array): string {
  const end = head.indexOf(0);
  const text = Buffer.from(end < 0 ? head : head.subarray(0, end)).toString("latin1");
  return text.replace(/^\u00ef\u00bb\u00bf/, "");
}

const refuse = (code: string, name: string): Reason => ({
  code,
  text: `not a film: ${name}`,
});

/** The reason to refuse a file by its first bytes, or undefined to go on. @param head at most SNIFFED_BYTES. */
export function sniff(head: Uint8Array): Reason | undefined {
  if (head.length === 0) return { code: "empty", text: "the file has no bytes" };
  const signature = SIGNATURES.find(({ bytes, at }) => matches(head, bytes, at ?? 0));
  if (signature) return refuse(signature.code, signature.name);
  if (isBitmap(head)) return refuse("picture", "bitmap picture");
  if (isIcon(head)) return refuse("picture", "icon");
  const text = textBeforeZero(head);
  const found = TEXTS.find(({ pattern }) => pattern.test(text));
  if (found) return refuse(found.code, found.name);
  if (isUtf16(head) || isText(head)) return refuse("text", "plain text");
  return undefined;
}
