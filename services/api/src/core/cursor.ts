/** Where a page of the list ended: opaque to callers, the last row's sort key inside. It grants nothing, so it is not signed. */
export interface Position {
  /** ISO 8601 with microseconds: PostgreSQL's own precision, or rows of one millisecond would be skipped. */
  publishedAt: string;
  videoId: string;
}

const PLAIN =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)~([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export const encodeCursor = (position: Position): string =>
  Buffer.from(`${position.publishedAt}~${position.videoId}`).toString("base64url");

/** @returns null when the text is not one of our cursors, down to the last bit and the calendar. */
export function decodeCursor(text: string): Position | null {
  const match = PLAIN.exec(Buffer.from(text, "base64url").toString("latin1"));
  const [, publishedAt, videoId] = match ?? [];
  if (!publishedAt || !videoId || encodeCursor({ publishedAt, videoId }) !== text) return null;
  const milliseconds = `${publishedAt.slice(0, 23)}Z`;
  const time = new Date(milliseconds);
  // 30 February parses, as 2 March; the database would refuse it.
  return Number.isNaN(time.getTime()) || time.toISOString() !== milliseconds ? null : { publishedAt, videoId };
}
