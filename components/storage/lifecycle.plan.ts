/**
 * When an object changes its storage class and when it goes. Pure data: the legal transitions are those of the Amazon S3
 * User Guide, "Transitioning objects using Amazon S3 Lifecycle" (Intelligent-Tiering never leads to Standard-IA).
 */
import { CAPTURE_PREFIX, JOB_HISTORY_PREFIX, MEDIA_PREFIX } from "../../contracts/keys";
import type { LifecycleRule } from "../shared/bucket";

/** S3 bills at least 128 KB an object in the infrequent-access classes: smaller ones would get dearer. */
const WORTH_MOVING = 128 * 1024;
const ABORT_UPLOADS_DAYS = 7;
/** A replaced or deleted version can be brought back for this long. */
const NONCURRENT_DAYS = 30;

const housekeeping = (noncurrentDays: number): LifecycleRule => ({
  id: "housekeeping",
  prefix: "",
  noncurrentDays,
  abortUploadsAfterDays: ABORT_UPLOADS_DAYS,
  removeLoneMarkers: true,
});

/** Masters: read when uploaded and on a retry, then hardly ever. Nothing here is behind the CDN, so archives are fine. */
export const ingestLifecycle = (): LifecycleRule[] => [
  housekeeping(NONCURRENT_DAYS * 3),
  {
    id: "masters",
    prefix: "",
    transitions: [
      { days: 0, storageClass: "INTELLIGENT_TIERING" },
      { days: 90, storageClass: "GLACIER" },
      { days: 365, storageClass: "DEEP_ARCHIVE" },
    ],
  },
];

/** Renditions stay readable within milliseconds for ever: Glacier Instant Retrieval is the coldest class that plays. */
export const mediaLifecycle = (): LifecycleRule[] => [
  housekeeping(NONCURRENT_DAYS),
  {
    id: "renditions",
    prefix: MEDIA_PREFIX,
    largerThan: WORTH_MOVING,
    transitions: [
      { days: 30, storageClass: "STANDARD_IA" },
      { days: 90, storageClass: "GLACIER_IR" },
    ],
  },
  // The storyboard is made within the queues' 14 days or never; the captures have no other use.
  { id: "captures", prefix: CAPTURE_PREFIX, expireAfterDays: 30 },
  {
    id: "job-history",
    prefix: JOB_HISTORY_PREFIX,
    largerThan: WORTH_MOVING,
    transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
  },
];

export const webLifecycle = (): LifecycleRule[] => [housekeeping(NONCURRENT_DAYS)];

export const accessLogLifecycle = (retentionDays: number): LifecycleRule[] => [
  {
    id: "logs",
    prefix: "",
    expireAfterDays: retentionDays,
    noncurrentDays: 1,
    abortUploadsAfterDays: ABORT_UPLOADS_DAYS,
  },
];

/** Replicas arrive in Standard-IA or Glacier (see replication): lifecycle actions are not replicated. */
export const mediaReplicaLifecycle = (): LifecycleRule[] => [
  housekeeping(NONCURRENT_DAYS),
  {
    id: "renditions",
    prefix: MEDIA_PREFIX,
    largerThan: WORTH_MOVING,
    transitions: [{ days: 90, storageClass: "GLACIER_IR" }],
  },
];

export const ingestReplicaLifecycle = (): LifecycleRule[] => [
  housekeeping(NONCURRENT_DAYS * 3),
  { id: "masters", prefix: "", transitions: [{ days: 365, storageClass: "DEEP_ARCHIVE" }] },
];
