/** The origins: buckets of the emulated cloud, read only as far as their policies let this distribution read. */
import type { Readable } from "node:stream";
import { GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetBucketPolicyCommand, GetObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { grants } from "./grant.js";

export interface AwsEndpoint {
  endpoint: string;
  region: string;
  /** The emulator's root key. */
  accessKeyId: string;
  secretAccessKey: string;
}

export interface OriginObject {
  /** Bytes of the whole object. */
  size: number;
  contentType: string;
  contentEncoding?: string;
  cacheControl?: string;
  expires?: string;
  etag: string;
  lastModified: string;
  body: Readable;
}

export type OriginReply = { object: OriginObject } | { status: 403 | 404; code: string; message: string };

const DENIED: OriginReply = { status: 403, code: "AccessDenied", message: "Access Denied" };
const MISSING: OriginReply = { status: 404, code: "NoSuchKey", message: "The specified key does not exist." };

export class Origins {
  readonly #s3: S3Client;
  readonly #kms: KMSClient;
  readonly #distributionArn: string;

  constructor(aws: AwsEndpoint, distributionArn: string) {
    const { endpoint, region, ...credentials } = aws;
    this.#s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    this.#kms = new KMSClient({ endpoint, region, credentials });
    this.#distributionArn = distributionArn;
  }

  /**
   * @param range the viewer's Range header, to read a part only; without it the whole.
   * @throws when S3 does not answer.
   */
  async fetch(bucket: string, key: string, range?: string): Promise<OriginReply> {
    const policy = await this.#bucketPolicy(bucket);
    const may = (action: string, resource: string): boolean =>
      grants(policy, { action, resource, distributionArn: this.#distributionArn });
    if (!may("s3:GetObject", `arn:aws:s3:::${bucket}/${key}`)) return DENIED;
    try {
      const got = await this.#s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      const body = got.Body as Readable;
      if (got.SSEKMSKeyId && !(await this.#mayDecrypt(got.SSEKMSKeyId))) {
        body.destroy();
        return DENIED;
      }
      const whole = got.ContentRange?.split("/")[1];
      return {
        object: {
          size: Number(whole ?? got.ContentLength ?? 0),
          contentType: got.ContentType ?? "binary/octet-stream",
          ...(got.ContentEncoding && { contentEncoding: got.ContentEncoding }),
          ...(got.CacheControl && { cacheControl: got.CacheControl }),
          ...(got.ExpiresString && { expires: got.ExpiresString }),
          etag: got.ETag ?? "",
          lastModified: (got.LastModified ?? new Date(0)).toUTCString(),
          body,
        },
      };
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
      // S3 tells that a key is missing only to whom it lets list the bucket.
      return may("s3:ListBucket", `arn:aws:s3:::${bucket}`) ? MISSING : DENIED;
    }
  }

  close(): void {
    this.#s3.destroy();
    this.#kms.destroy();
  }

  async #bucketPolicy(bucket: string): Promise<string | null> {
    try {
      const { Policy } = await this.#s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
      return Policy ?? null;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchBucketPolicy") return null;
      throw error;
    }
  }

  async #mayDecrypt(keyId: string): Promise<boolean> {
    const { Policy } = await this.#kms.send(new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" }));
    const access = { action: "kms:Decrypt", resource: keyId, distributionArn: this.#distributionArn };
    return grants(Policy ?? null, access);
  }
}
