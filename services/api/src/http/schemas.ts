/**
 * Shapes of requests and replies. zod is their one source; JSON Schema is made from it once, at the start: Fastify
 * checks requests with it, writes replies by it, and it is what the OpenAPI document says.
 */
import * as z from "zod";
import type { ApiError, Playback, TitleDetail, TitleList, TitleSummary } from "../../../../contracts/api.js";

/** By its format, not by zod's pattern: the refusal then says "uuid" and not a regular expression. */
const videoId = z.string().meta({ description: "Id of the title.", format: "uuid" });
const path = z.string().meta({ description: "URL path on the viewer's origin." });

const summary = z.object({
  videoId,
  title: z.string(),
  duration: z.number().meta({ description: "Seconds." }),
  poster: path.nullable(),
  height: z.number().int().meta({ description: "Pixels of the highest rung." }),
  publishedAt: z.string().meta({ description: "ISO 8601, UTC.", format: "date-time" }),
}) satisfies z.ZodType<TitleSummary>;

const list = z.object({
  titles: z.array(summary),
  nextCursor: z.string().nullable().meta({ description: "Pass it as `cursor` for the next page; null on the last." }),
}) satisfies z.ZodType<TitleList>;

const detail = summary.extend({
  renditions: z.array(
    z.object({
      width: z.number().int(),
      height: z.number().int(),
      bitrate: z.number().meta({ description: "Bits per second." }),
    }),
  ),
}) satisfies z.ZodType<TitleDetail>;

const playback = z.object({
  videoId,
  hls: path,
  dash: path,
  thumbnails: path.nullable(),
  poster: path.nullable(),
  expiresAt: z.string().meta({ description: "When the cookies end; ask again before.", format: "date-time" }),
}) satisfies z.ZodType<Playback>;

const error = z.object({ error: z.object({ code: z.string(), message: z.string() }) }) satisfies z.ZodType<ApiError>;

/** Fastify's validator speaks draft 7. */
const jsonSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return rest;
};

/** Titles of one page. */
export const DEFAULT_LIMIT = 24;
const MOST_OF_A_PAGE = 100;

export const listQuery = jsonSchema(
  z.object({
    limit: z.number().int().min(1).max(MOST_OF_A_PAGE).default(DEFAULT_LIMIT),
    cursor: z.string().min(1).max(200).optional(),
  }),
);
export const titleParams = jsonSchema(z.object({ videoId }));
export const listSchema = jsonSchema(list);
export const detailSchema = jsonSchema(detail);
export const playbackSchema = jsonSchema(playback);
export const errorSchema = jsonSchema(error);
export const healthSchema = jsonSchema(z.object({ status: z.literal("ok") }));

const check = z.enum(["ok", "failed", "unused"]);
export const readySchema = jsonSchema(
  z.object({ ready: z.boolean(), checks: z.object({ database: check, signing: check }) }),
);
