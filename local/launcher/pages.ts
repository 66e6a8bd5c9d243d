/** Puts the built pages into the program's bucket, as a release does. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { WebBuild } from "../../web/build.js";

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
/** Names under `assets/` hold a hash of the content. */
const IMMUTABLE = "public, max-age=31536000, immutable";
const SHORT = "public, max-age=60";

export async function uploadPages(s3: S3Client, bucket: string, { dir, files }: WebBuild): Promise<void> {
  const put = async (file: string): Promise<void> => {
    const ContentType = CONTENT_TYPES[extname(file)];
    if (!ContentType) throw new Error(`page file of unknown type · ${file} → add its type to local/launcher/pages.ts`);
    const Body = await readFile(join(dir, file));
    const CacheControl = file.startsWith("assets/") ? IMMUTABLE : SHORT;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: file, Body, ContentType, CacheControl }));
  };
  // The page last: it never names a file that is not there yet.
  await Promise.all(files.filter((file) => file !== "index.html").map(put));
  await put("index.html");
}
