/** Rows of the catalogue as the api shows them: URL paths instead of keys, nothing that tells of the source. */
import type { Playback, TitleDetail, TitleList, TitleSummary } from "../../../../contracts/api.js";
import type { TitleRow } from "../data/titles.js";
import { encodeCursor } from "./cursor.js";

const pathOf = (key: string): string => `/${key.split("/").map(encodeURIComponent).join("/")}`;
const maybePath = (key: string | null): string | null => (key === null ? null : pathOf(key));

export function summaryOf(row: TitleRow): TitleSummary {
  return {
    videoId: row.videoId,
    title: row.title,
    duration: row.outputs.duration,
    poster: maybePath(row.outputs.poster),
    height: Math.max(0, ...row.outputs.renditions.map((rendition) => rendition.height)),
    publishedAt: row.publishedAt,
  };
}

/** `rows` may hold one more than `limit`: it says that another page follows. */
export function listOf(rows: TitleRow[], limit: number): TitleList {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    titles: shown.map(summaryOf),
    nextCursor: rows.length > limit && last ? encodeCursor(last) : null,
  };
}

export function detailOf(row: TitleRow): TitleDetail {
  const renditions = row.outputs.renditions.map(({ width, height, bitrate }) => ({ width, height, bitrate }));
  return { ...summaryOf(row), renditions };
}

/** @param expires seconds since 1970. */
export function playbackOf(row: TitleRow, expires: number): Playback {
  const { hls, dash, thumbnails, poster } = row.outputs;
  return {
    videoId: row.videoId,
    hls: pathOf(hls),
    dash: pathOf(dash),
    thumbnails: maybePath(thumbnails),
    poster: maybePath(poster),
    expiresAt: new Date(expires * 1000).toISOString(),
  };
}
