/** Compression as CloudFront does it (Developer Guide, "Serve compressed files": conditions and file types). Pure. */
import { brotliCompress, constants, gzip } from "node:zlib";
import { promisify } from "node:util";
import type { CachePolicy } from "./cachePolicy.js";

export type Encoding = "br" | "gzip";

/** Bytes: an object outside these bounds is sent as it is. */
const LEAST = 1_000;
const MOST = 10_000_000;

const TYPES = new Set([
  "application/dash+xml",
  "application/javascript",
  "application/json",
  "application/vnd.apple.mpegurl",
  "application/wasm",
  "application/x-javascript",
  "application/xhtml+xml",
  "application/xml",
  "font/otf",
  "font/ttf",
  "image/svg+xml",
  "text/css",
  "text/csv",
  "text/html",
  "text/javascript",
  "text/plain",
  "text/xml",
]);

/** Brotli before gzip, as CloudFront prefers. `q=0` refuses an encoding. */
export function acceptedEncoding(header: string | undefined, policy: CachePolicy): Encoding | null {
  const accepted = new Set<string>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  if (policy.brotli && accepted.has("br")) return "br";
  return policy.gzip && accepted.has("gzip") ? "gzip" : null;
}

export function isCompressible(contentType: string, size: number): boolean {
  return size >= LEAST && size <= MOST && TYPES.has(contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "");
}

const deflate = {
  // 5 instead of the library's 11: a page's script must not take a second on a small machine.
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
};

export const compress = (bytes: Buffer, encoding: Encoding): Promise<Buffer> => deflate[encoding](bytes);
