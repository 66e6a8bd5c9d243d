/** Objects on S3. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Store, StoredObject } from "../ports";
import { isHttpError } from "./errors";

const bare = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "");
const MISSING = 404;

/** S3's form encoding of keys in a listing: XML has no way to write most control characters, and a key may hold them. */
const decodeKey = (encoded: string): string => decodeURIComponent(encoded.replaceAll("+", " "));

/** Needs `s3:ListBucket`: without it S3 answers 403 for an object that does not exist, which cannot be told from a missing grant. */
export function s3Store(client: S3Client): Store {
  return {
    async head(bucket, key) {
      try {
        const reply = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        const lastModified = reply.LastModified ?? new Date(0);
        return { key, size: reply.ContentLength ?? 0, etag: bare(reply.ETag), lastModified };
      } catch (error) {
        if (isHttpError(error, MISSING)) return undefined;
        throw error;
      }
    },
    async readPart(bucket, key, from, bytes) {
      const range = `bytes=${from}-${from + bytes - 1}`;
      const reply = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      return (await reply.Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async read(bucket, key) {
      try {
        const reply = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await reply.Body?.transformToByteArray();
      } catch (error) {
        if (isHttpError(error, MISSING)) return undefined;
        throw error;
      }
    },
    async write(bucket, key, body, contentType) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));
    },
    async list(bucket, prefix, after) {
      const input = { Bucket: bucket, Prefix: prefix, EncodingType: "url" } as const;
      const reply = await client.send(new ListObjectsV2Command({ ...input, StartAfter: after }));
      const objects = (reply.Contents ?? []).map(
        ({ Key = "", Size = 0, ETag, LastModified = new Date(0) }): StoredObject => ({
          key: decodeKey(Key),
          size: Size,
          etag: bare(ETag),
          lastModified: LastModified,
        }),
      );
      const last = objects.at(-1)?.key;
      return { objects, ...(reply.IsTruncated && last !== undefined ? { next: last } : {}) };
    },
  };
}
