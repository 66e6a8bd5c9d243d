/** From a message of the ingest queue to the upload it announces. */
import * as z from "zod/mini";
import { ObjectCreated } from "../../contracts/events";
import { Malformed } from "../errors";
import type { Upload } from "../ports";

/** What S3 sends once when a notification is set up. */
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });
/** `recovered` is ours: reconcile sends it for an object whose event never came. */
const RECOVERED = "Recovered";

/** The console's folders are empty objects; they are not uploads. */
export const isFolder = ({ key, size }: { key: string; size: number }): boolean => key.endsWith("/") && size === 0;

/**
 * Undefined for what is no upload: S3's test event, a folder, another bucket's object.
 * @throws Malformed when the message is none that we know.
 */
export function readUpload(body: unknown, ingestBucket: string): Upload | undefined {
  if (TestEvent.safeParse(body).success) return undefined;
  const parsed = ObjectCreated.safeParse(body);
  if (!parsed.success) throw new Malformed(`no "Object Created" event: ${z.prettifyError(parsed.error)}`);
  const { bucket, object, reason } = parsed.data.detail;
  if (bucket.name !== ingestBucket || isFolder(object)) return undefined;
  const uploaded = new Date(parsed.data.time);
  if (Number.isNaN(uploaded.getTime())) throw new Malformed(`the event's time is none: ${parsed.data.time}`);
  const sequencer = /^[0-9a-f]{1,48}$/i.test(object.sequencer) ? object.sequencer : "0";
  return {
    bucket: bucket.name,
    key: object.key,
    version: object["version-id"] ?? sequencer,
    sequencer,
    size: object.size,
    etag: object.etag.replaceAll('"', ""),
    uploaded: uploaded.toISOString(),
    recovered: reason === RECOVERED,
  };
}

/** The message that `readUpload` reads back as the same upload. */
export function uploadMessage(upload: Upload): ObjectCreated {
  const { bucket, key, version, sequencer, size, etag, uploaded, recovered } = upload;
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    time: uploaded,
    detail: {
      bucket: { name: bucket },
      object: { key, size, etag, sequencer, ...(version === sequencer ? {} : { "version-id": version }) },
      reason: recovered ? RECOVERED : "Again",
    },
  };
}
