/** What a month of use comes to. Every assumption stands here, with its reason. */

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
  viewerHours: number;
  transferGb: number;
  cdnRequests: number;
  sourceGb: number;
  renditionGb: number;
  sourceMinutes: number;
  /** Pipeline messages, events and function calls of all titles. */
  messages: number;
  reconcileRuns: number;
}

/** 3 Mbit/s on average over all viewers: between the 480p and the 720p rung. */
const GB_PER_VIEWER_HOUR = 1.35;
/** One video and one audio segment each 6 s, and manifests. */
const REQUESTS_PER_VIEWER_HOUR = 1_210;
/** A mezzanine file of 44 Mbit/s. */
const SOURCE_GB_PER_HOUR = 20;
/** The four rungs' average rates together, 9.9 Mbit/s. */
const RENDITION_GB_PER_HOUR = 4.5;
/** Object Created, ingest, about 60 status updates and their handling, storyboard, catalogue. */
const MESSAGES_PER_TITLE = 80;
/** Every 5 minutes for 730 hours. */
const RECONCILE_RUNS = (730 * 60) / 5;
/** CloudFront's free tier. */
const FREE_CDN_REQUESTS = 10e6;

export function usageOf({ users, hours, titles }: Load): Usage {
  const viewerHours = users * hours;
  return {
    viewerHours,
    transferGb: viewerHours * GB_PER_VIEWER_HOUR,
    cdnRequests: Math.max(0, viewerHours * REQUESTS_PER_VIEWER_HOUR - FREE_CDN_REQUESTS),
    sourceGb: titles * SOURCE_GB_PER_HOUR,
    renditionGb: titles * RENDITION_GB_PER_HOUR,
    sourceMinutes: titles * 60,
    messages: titles * MESSAGES_PER_TITLE,
    reconcileRuns: RECONCILE_RUNS,
  };
}
