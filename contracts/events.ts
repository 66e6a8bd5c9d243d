/** Events that cross a boundary: what AWS sends us and what we put on the bus "vod". Validated at the edge, hostile until then. */
import * as z from "zod/mini";

/** EventBridge "Object Created" from a bucket. The key is raw, not URL-encoded. `version-id` is absent on an unversioned bucket. */
export const ObjectCreated = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().check(z.minLength(1), z.maxLength(1024)),
      size: z._default(z.number(), 0),
      etag: z._default(z.string(), ""),
      "version-id": z.optional(z.string()),
      sequencer: z._default(z.string(), "0"),
    }),
    reason: z.optional(z.string()),
  }),
});
export type ObjectCreated = z.infer<typeof ObjectCreated>;

/** Any event of EventBridge. */
const AnyEvent = z.object({ source: z.string(), "detail-type": z.string(), detail: z.looseObject({}) });

/** True for a well-formed event of another kind than the reader's: a rule that lets too much through is no reason for an alarm. */
export function isOtherEvent(body: unknown, source: string, detailType: string): boolean {
  const { data } = AnyEvent.safeParse(body);
  return data !== undefined && (data.source !== source || data["detail-type"] !== detailType);
}

/**
 * S3's own notification, without EventBridge (S3 User Guide, "Event message structure"): several records in one message,
 * keys URL-encoded as a form is, "+" for a space. For buckets that were wired so before, and for messages sent again by hand.
 */
export const S3Notification = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal("aws:s3"),
      eventName: z.string(),
      eventTime: z.string(),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({
          key: z.string(),
          size: z._default(z.number(), 0),
          eTag: z._default(z.string(), ""),
          versionId: z.optional(z.string()),
          sequencer: z._default(z.string(), "0"),
        }),
      }),
    }),
  ),
});
export type S3Notification = z.infer<typeof S3Notification>;

export const JOB_STATUSES = [
  "INPUT_INFORMATION",
  "PROGRESSING",
  "STATUS_UPDATE",
  "COMPLETE",
  "ERROR",
  "CANCELED",
  "NEW_WARNING",
  "QUEUE_HOP",
] as const;

/** Statuses that move the ledger. The others (inputs read, warnings, hops from queue to queue) say nothing of how far a job is. */
export const TRACKED_STATUSES: readonly (typeof JOB_STATUSES)[number][] = [
  "PROGRESSING",
  "STATUS_UPDATE",
  "COMPLETE",
  "ERROR",
  "CANCELED",
];

/** What a job carries in `UserMetadata`, so that its events find their asset without a look-up by job. */
export const JobMetadata = z.object({
  stack: z.string(),
  assetId: z.string(),
  videoId: z.string(),
  attempt: z.string(),
});
export type JobMetadata = z.infer<typeof JobMetadata>;

/** EventBridge "MediaConvert Job State Change". Real shapes: the MediaConvert User Guide, "Events". */
export const JobStateChange = z.object({
  source: z.literal("aws.mediaconvert"),
  "detail-type": z.literal("MediaConvert Job State Change"),
  time: z.string(),
  detail: z.looseObject({
    timestamp: z.number(),
    queue: z.string(),
    jobId: z.string(),
    status: z.enum(JOB_STATUSES),
    userMetadata: z._default(z.record(z.string(), z.string()), {}),
    errorCode: z.optional(z.number()),
    errorMessage: z.optional(z.string()),
    jobProgress: z.optional(z.looseObject({ jobPercentComplete: z.optional(z.number()) })),
    outputGroupDetails: z.optional(
      z.array(
        z.looseObject({
          type: z.string(),
          playlistFilePaths: z.optional(z.array(z.string())),
          outputDetails: z._default(
            z.array(
              z.looseObject({
                durationInMs: z.optional(z.number()),
                outputFilePaths: z.optional(z.array(z.string())),
                videoDetails: z.optional(z.looseObject({ widthInPx: z.number(), heightInPx: z.number() })),
              }),
            ),
            [],
          ),
        }),
      ),
    ),
  }),
});
export type JobStateChange = z.infer<typeof JobStateChange>;

/** Our own bus. `detail` of VideoReady, VideoFailed, VideoRejected, VideoHeld, VideoCanceled: a title's state as the catalogue needs it. */
export const BUS_SOURCE = "vod.pipeline";
export const VIDEO_DETAIL_TYPES = ["VideoReady", "VideoFailed", "VideoRejected", "VideoHeld", "VideoCanceled"] as const;
export type VideoDetailType = (typeof VIDEO_DETAIL_TYPES)[number];

export const VideoChanged = z.object({
  stack: z.string(),
  videoId: z.string(),
  assetId: z.string(),
  title: z.string(),
  state: z.enum(["ready", "failed", "rejected", "held", "canceled"]),
  reason: z.nullable(z.object({ code: z.string(), text: z.string() })),
  /** Null unless ready. Keys in the media bucket. */
  outputs: z.nullable(
    z.object({
      hls: z.string(),
      dash: z.string(),
      poster: z.nullable(z.string()),
      thumbnails: z.nullable(z.string()),
      renditions: z.array(z.object({ width: z.number(), height: z.number(), bitrate: z.number() })),
      /** Seconds. */
      duration: z.number(),
    }),
  ),
  /** Orders assets of one title (hex of equal length, padded right with zeros): an older one never replaces a newer one. */
  sequencer: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type VideoChanged = z.infer<typeof VideoChanged>;

/** What EventBridge delivers to the catalogue queue. */
export const CatalogueMessage = z.object({
  id: z.string(),
  source: z.literal(BUS_SOURCE),
  "detail-type": z.enum(VIDEO_DETAIL_TYPES),
  detail: VideoChanged,
});
export type CatalogueMessage = z.infer<typeof CatalogueMessage>;

/** track → storyboard, by the bus: `detail-type` StoryboardRequested. */
export const StoryboardRequested = z.object({
  stack: z.string(),
  videoId: z.string(),
  assetId: z.string(),
  attempt: z.number(),
});
export type StoryboardRequested = z.infer<typeof StoryboardRequested>;
export const StoryboardMessage = z.object({
  source: z.literal(BUS_SOURCE),
  "detail-type": z.literal("StoryboardRequested"),
  detail: StoryboardRequested,
});
