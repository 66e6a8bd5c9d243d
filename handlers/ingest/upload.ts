/** From a message of the ingest queue to the uploads that it announces. */
import * as z from "zod/mini";
import { isOtherEvent, ObjectCreated, S3Notification } from "../../contracts/events";
import { Malformed } from "../errors";
import type { Upload } from "../ports";

/** What S3 sends once when a notification is set up. */
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });
/** `recovered` is ours: reconcile sends it for an object whose event never came. */
const RECOVERED = "Recovered";

/** The console's folders are empty objects; they are not uploads. */
export const isFolder = ({ key, size }: { key: string; size: number }): boolean => key.endsWith("/") && size === 0;

/** A notification's record in EventBridge's shape; undefined for one that is no upload: an object removed, tagged, restored. */
function asCreated({ eventName, eventTime, s3 }: S3Notification["Records"][number]): ObjectCreated | undefined {
  // "ObjectCreated:Put" by the service, "s3:ObjectCreated:Put" as it is configured.
  if (!/^(s3:)?ObjectCreated:/.test(eventName)) return undefined;
  const { eTag: etag, versionId, key: encoded, ...object } = s3.object;
  let key: string;
  try {
    key = decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new Malformed(`the key is not URL-encoded: ${encoded.slice(0, 200)}`);
  }
  return parseCreated({
    source: "aws.s3",
    "detail-type": "Object Created",
    time: eventTime,
    detail: {
      bucket: s3.bucket,
      object: { ...object, key, etag, ...(versionId === undefined ? {} : { "version-id": versionId }) },
    },
  });
}

function parseCreated(body: unknown): ObjectCreated {
  const parsed = ObjectCreated.safeParse(body);
  if (!parsed.success) throw new Malformed(`no "Object Created" event: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function asUpload({ time, detail }: ObjectCreated): Upload {
  const { bucket, object, reason } = detail;
  const uploaded = new Date(time);
  if (Number.isNaN(uploaded.getTime())) throw new Malformed(`the event's time is none: ${time}`);
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

/**
 * The uploads that a message announces: one for an event of EventBridge, each record of S3's own notification. Empty for
 * what is no upload: S3's test event, another kind of event, a folder, another bucket's object.
 * @throws Malformed when the message is none that we know.
 */
export function readUploads(body: unknown, ingestBucket: string): Upload[] {
  if (TestEvent.safeParse(body).success || isOtherEvent(body, "aws.s3", "Object Created")) return [];
  const notification = S3Notification.safeParse(body);
  const events = notification.success
    ? notification.data.Records.flatMap((record) => asCreated(record) ?? [])
    : [parseCreated(body)];
  return events
    .filter(({ detail: { bucket, object } }) => bucket.name === ingestBucket && !isFolder(object))
    .map(asUpload);
}

/** The message that `readUploads` reads back as the same upload. */
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
