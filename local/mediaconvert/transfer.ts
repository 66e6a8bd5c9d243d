/** Objects to files and back, and what it means for a job when that fails. */
import { createWriteStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { errorName, errorText, httpStatus } from "./aws";
import { JobFailure } from "./errors";
import type { Destination, ObjectSettings } from "./job.types";
import type { ObjectFacts } from "./probe.plan";

interface Place {
  bucket: string;
  key: string;
}

/** Writes an object to a file; `range`: inclusive bytes, written at the same place of the file. */
export async function download(
  s3: S3Client,
  { bucket, key }: Place,
  file: string,
  options: { range?: [number, number]; signal?: AbortSignal } = {},
): Promise<void> {
  const { range, signal } = options;
  const input = { Bucket: bucket, Key: key, ...(range ? { Range: `bytes=${range[0]}-${range[1]}` } : {}) };
  const { Body } = await s3.send(new GetObjectCommand(input), { abortSignal: signal });
  if (!(Body instanceof Readable)) throw new Error(`s3://${bucket}/${key} has no body`);
  const target = range ? createWriteStream(file, { flags: "r+", start: range[0] }) : createWriteStream(file);
  await pipeline(Body, target, { signal });
}

export async function facts(s3: S3Client, { bucket, key }: Place): Promise<ObjectFacts & { kmsKeyArn?: string }> {
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return {
    size: head.ContentLength ?? 0,
    etag: head.ETag,
    mimeType: head.ContentType,
    lastModified: head.LastModified,
    kmsKeyArn: head.SSEKMSKeyId,
  };
}

/** Bytes of either end that a probe reads of a large file: its index lies in one of them. */
const END_BYTES = 32 * 1024 * 1024;

/**
 * The two ends of a large object in a sparse file of its size: a probe of a film of many gigabytes takes a second.
 * @returns false when the object is small and came whole
 */
export async function downloadEnds(s3: S3Client, place: Place, file: string, size: number): Promise<boolean> {
  if (size <= 3 * END_BYTES) {
    await download(s3, place, file);
    return false;
  }
  const handle = await open(file, "w");
  await handle.truncate(size);
  await handle.close();
  await download(s3, place, file, { range: [0, END_BYTES - 1] });
  await download(s3, place, file, { range: [size - END_BYTES, size - 1] });
  return true;
}

export interface Upload {
  file: string;
  /** Name after the destination's prefix. */
  name: string;
  contentType: string;
}

const uploadOne = async (s3: S3Client, upload: Upload, to: Destination, how: ObjectSettings, signal: AbortSignal) => {
  const input = {
    Bucket: to.bucket,
    Key: `${to.prefix}${upload.name}`,
    Body: await readFile(upload.file),
    ContentType: upload.contentType,
    ...(how.encryption ? { ServerSideEncryption: how.encryption } : {}),
    ...(how.kmsKeyArn ? { SSEKMSKeyId: how.kmsKeyArn } : {}),
    ...(how.kmsContext ? { SSEKMSEncryptionContext: how.kmsContext } : {}),
    ...(how.storageClass ? { StorageClass: how.storageClass as "STANDARD" } : {}),
    ...(how.acl ? { ACL: how.acl as "bucket-owner-full-control" } : {}),
  };
  await s3.send(new PutObjectCommand(input), { abortSignal: signal });
};

const PARALLEL = 4;

export async function upload(
  s3: S3Client,
  uploads: Upload[],
  to: Destination,
  how: ObjectSettings,
  options: { signal: AbortSignal; onDone: () => void },
): Promise<void> {
  const waiting = [...uploads];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await uploadOne(s3, next, to, how, options.signal);
      } catch (error) {
        throw transferFailure(error, `s3://${to.bucket}/${to.prefix}${next.name}`, "write");
      }
      options.onDone();
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** The job's error for a failed transfer (User Guide, "Error codes": 1401, 1404, 1434, 1507). */
export function transferFailure(error: unknown, uri: string, doing: "read" | "write"): Error {
  const name = errorName(error);
  const status = httpStatus(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC") return new JobFailure(1507, `Disk full: no room to ${doing} ${uri}`);
  if (name === "NoSuchBucket" || name === "NoSuchKey" || name === "NotFound" || status === 404) {
    return new JobFailure(1404, `Unable to ${doing} ${uri}: there is no such file or bucket`);
  }
  if (name.startsWith("AccessDenied") || status === 403) {
    return new JobFailure(1401, `Unable to ${doing} ${uri}: S3 denied access to the job's role: ${errorText(error)}`);
  }
  return error instanceof Error ? error : new Error(String(error));
}
