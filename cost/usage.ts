/**
 * What a month of use comes to. Every assumption stands here, with its reason. Left out, because they are cents beside the
 * rest: CloudFront's requests to S3 for what it has not cached, lifecycle transitions, access logs kept.
 */

export const HOURS_PER_MONTH = 730;

/** What `npm run cost` lets one set. */
export interface Load {
  /** Viewers in a month. @default 0 */
  users: number;
  /** Hours that each of them watches. @default 0 */
  hours: number;
  /** Titles added in the month, of one hour each, and kept. @default 0 */
  titles: number;
}

/** A stack that nobody uses yet: what the plan prices. */
export const IDLE: Load = { users: 0, hours: 0, titles: 0 };

export interface Usage {
  users: number;
  viewerHours: number;
  transferGb: number;
  cdnRequests: number;
  sourceGb: number;
  renditionGb: number;
  sourceMinutes: number;
  segments: number;
  titles: number;
  /** Pipeline messages, events and function calls of all titles. */
  messages: number;
  reconcileRuns: number;
  /** Requests to KMS by S3, SQS, Lambda and EventBridge. */
  kmsRequests: number;
  /** Sets of cookies. */
  signatures: number;
  /** Metrics of the functions that have a value in the month. */
  customMetrics: number;
}

/** 3 Mbit/s on average over all viewers: between the 480p and the 720p rung. */
const GB_PER_VIEWER_HOUR = 1.35;
/** One video and one audio segment each 6 s, and manifests. */
const REQUESTS_PER_VIEWER_HOUR = 1_210;
/** Pages, their files, posters and calls of the api, in an hour of looking and watching. */
export const PAGE_REQUESTS_PER_VIEWER_HOUR = 60;
/** Of those the api's own, about 40 of 10 KB. */
export const API_GB_PER_VIEWER_HOUR = 0.0004;
/** People who sign in to the backoffice. */
export const STAFF = 10;
/** A mezzanine file of 44 Mbit/s. */
const SOURCE_GB_PER_HOUR = 20;
/** The four rungs' average rates together, 9.9 Mbit/s. */
const RENDITION_GB_PER_HOUR = 4.5;
/** Four video rungs and one audio each 6 s, with manifests and pictures. */
const OBJECTS_PER_HOUR = 3_100;
/** Object Created, ingest, about 60 status updates and their handling, storyboard, catalogue. */
const MESSAGES_PER_TITLE = 80;
/** Sealing and opening each message and event, and the bucket's data keys. */
const KMS_REQUESTS_PER_MESSAGE = 3;
/** At most: a signature is made once for a title and a time window, whoever asks. */
const SIGNATURES_PER_VIEWER_HOUR = 1;
/** Every 5 minutes for 730 hours. */
const RECONCILE_RUNS = (HOURS_PER_MONTH * 60) / 5;
/** Those that an ordinary title counts up: uploads, jobs, pictures, failed and malformed messages, of four functions. */
const CUSTOM_METRICS = 9;

/**
 * An idle queue is asked by five connections (AWS Lambda Developer Guide, "Scaling behavior for SQS"), each waiting 20 s,
 * the longest that SQS waits. AWS does not publish how often it really asks: this is an assumption.
 */
export const POLLS_PER_MAPPING = (5 * HOURS_PER_MONTH * 3_600) / 20;
/** How long one message keeps a function busy, in seconds, on average: mostly waiting for the services it calls. */
export const SECONDS_PER_MESSAGE = 0.3;
export const SECONDS_PER_RECONCILE = 1;
/** GB: a ledger item with its history. */
export const GB_PER_TITLE_RECORD = 10e-6;
/** GB: the log of one call. */
export const LOG_GB_PER_CALL = 2e-6;
/** A minute of a 1080p source: two HD and two SD rungs, sound and captures, as `encoding/price.ts` counts them. */
export const NORMALISED_PER_MINUTE = 7.4;

export function usageOf({ users, hours, titles }: Load): Usage {
  const viewerHours = users * hours;
  const messages = titles * MESSAGES_PER_TITLE;
  return {
    users,
    viewerHours,
    transferGb: viewerHours * GB_PER_VIEWER_HOUR,
    cdnRequests: viewerHours * REQUESTS_PER_VIEWER_HOUR,
    sourceGb: titles * SOURCE_GB_PER_HOUR,
    renditionGb: titles * RENDITION_GB_PER_HOUR,
    sourceMinutes: titles * 60,
    segments: titles * OBJECTS_PER_HOUR,
    titles,
    messages,
    reconcileRuns: RECONCILE_RUNS,
    kmsRequests: messages * KMS_REQUESTS_PER_MESSAGE,
    signatures: viewerHours * SIGNATURES_PER_VIEWER_HOUR,
    customMetrics: titles > 0 ? CUSTOM_METRICS : 0,
  };
}
