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
  { code: "picture", name: "JPEG XL picture", at: 4, bytes: ascii("JXL ") },
  { code: "picture", name: "DPX picture", bytes: ascii("SDPX") },
  { code: "picture", name: "DPX picture", bytes: ascii("XPDS") },
  { code: "picture", name: "OpenEXR picture", bytes: [0x76, 0x2f, 0x31, 0x01] },
  ...["heic", "heix", "mif1", "msf1", "avif", "avis"].map((brand) => ({
    code: "picture",
    name: "HEIF or AVIF picture",
    at: 4,
    bytes: ascii(`ftyp${brand}`),
  })),
  { code: "not-media", name: "PDF document", bytes: ascii("%PDF") },
  { code: "not-media", name: "ZIP archive", bytes: [...ascii("PK"), 3, 4] },
  { code: "not-media", name: "gzip archive", bytes: [0x1f, 0x8b, 0x08] },
  { code: "not-media", name: "program", bytes: [0x7f, ...ascii("ELF")] },
];

/** In the text before the first zero byte, which is as far as the parsers of text formats read. */
const TEXTS: readonly { code: string; name: string; pattern: RegExp }[] = [
  { code: "playlist", name: "HLS playlist", pattern: /^\s*#EXTM3U/i },
  { code: "manifest", name: "DASH manifest", pattern: /<MPD/i },
  { code: "manifest", name: "Smooth Streaming manifest", pattern: /<SmoothStreamingMedia/i },
  { code: "manifest", name: "IMF playlist", pattern: /<CompositionPlaylist/i },
  { code: "concat-list", name: "concat list", pattern: /^\s*ffconcat\s/i },
  { code: "session-description", name: "SDP session description", pattern: /^\s*v=0\s*$|^c=IN IP/im },
  { code: "picture", name: "SVG picture", pattern: /<svg[\s>]/i },
];

const matches = (head: Uint8Array, bytes: number[], at: number): boolean =>
  head.length >= at + bytes.length && bytes.every((byte, index) => head[at + index] === byte);

/** BMP's two letters alone would also fit a film; its reserved bytes are zero. */
const isBitmap = (head: Uint8Array): boolean => matches(head, ascii("BM"), 0) && matches(head, [0, 0, 0, 0], 6);

function isUtf16(head: Uint8Array): boolean {
  return matches(head, [0xff, 0xfe], 0) || matches(head, [0xfe, 0xff], 0);
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
  const text = textBeforeZero(head);
  const found = TEXTS.find(({ pattern }) => pattern.test(text));
  if (found) return refuse(found.code, found.name);
  if (isUtf16(head) || isText(head)) return refuse("text", "plain text");
  return undefined;
}
