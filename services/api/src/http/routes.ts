/** The routes. Each is thin: check, ask a port, send. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import { PoolFullError } from "../../../database/connect.js";
import type { Catalogue, KnownTitle } from "./catalogue.js";
import { signedCookies } from "../core/cookiePolicy.js";
import { decodeCursor } from "../core/cursor.js";
import type { Signatures } from "../core/signatures.js";
import { playbackOf } from "../core/views.js";
import { withDeadline } from "./deadline.js";
import { HttpError, notFound, overloaded, unavailable } from "./errors.js";
import { sendReady } from "./readyBytes.js";
import * as schemas from "./schemas.js";

export interface RoutePorts {
  catalogue: Catalogue;
  signatures: Signatures;
  /** Asks the database. @throws when it does not answer. */
  ping: () => Promise<void>;
}

type Schema = Record<string, unknown>;

function schemaOf(summary: string, success: Schema, errors: number[], request: FastifySchema = {}): FastifySchema {
  const refusals = Object.fromEntries(errors.map((status) => [status, schemas.errorSchema]));
  return { summary, ...request, response: { 200: success, ...refusals } } as FastifySchema;
}

/** Asks a dependency within the request's limit. @throws HttpError 503 when it does not answer; our own faults as they are. */
async function ask<T>(work: Promise<T>): Promise<T> {
  try {
    return await withDeadline(work);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    throw error instanceof PoolFullError ? overloaded() : unavailable(error);
  }
}

async function titleOf(catalogue: Catalogue, videoId: string): Promise<KnownTitle> {
  const known = catalogue.freshTitle(videoId) ?? (await ask(catalogue.title(videoId)));
  if (!known) throw notFound("title");
  return known;
}

interface ListRequest {
  Querystring: { limit: number; cursor?: string };
}
interface TitleRequest {
  Params: { videoId: string };
}

export function addTitleRoutes(app: FastifyInstance, { catalogue }: RoutePorts): void {
  const listed = schemaOf("Titles that play, newest first", schemas.listSchema, [400, 503], {
    querystring: schemas.listQuery,
  });
  app.get<ListRequest>("/api/titles", { schema: listed }, (request, reply) => {
    const { limit, cursor = "" } = request.query;
    const fresh = catalogue.freshList(limit, cursor);
    if (fresh) return sendReady(request, reply, fresh);
    const after = cursor === "" ? null : decodeCursor(cursor);
    if (cursor !== "" && !after)
      throw new HttpError(400, "invalid_cursor", "cursor is not one that this list gave; leave it out to begin anew.");
    return ask(catalogue.list(limit, cursor, after)).then((made) => sendReady(request, reply, made));
  });

  const detailed = schemaOf("One title", schemas.detailSchema, [400, 404, 503], { params: schemas.titleParams });
  app.get<TitleRequest>("/api/titles/:videoId", { schema: detailed }, (request, reply) => {
    const videoId = request.params.videoId.toLowerCase();
    const fresh = catalogue.freshTitle(videoId);
    if (fresh) return sendReady(request, reply, fresh.reply);
    return titleOf(catalogue, videoId).then((known) => sendReady(request, reply, known.reply));
  });
}

/** A page of another site that posts here in a viewer's browser gets no cookies set. Old browsers send no such header. */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    throw new HttpError(403, "cross_site", "Playback is asked for by the viewer's own page only.");
}

export function addPlaybackRoute(app: FastifyInstance, { catalogue, signatures }: RoutePorts): void {
  const schema = schemaOf(
    "Opens a title: sets CloudFront's cookies for its path and names its manifests",
    schemas.playbackSchema,
    [400, 403, 404, 503],
    { params: schemas.titleParams },
  );
  const answer = async (request: FastifyRequest<TitleRequest>, reply: FastifyReply): Promise<FastifyReply> => {
    refuseOtherSites(request);
    const { row } = await titleOf(catalogue, request.params.videoId.toLowerCase());
    const signature = await ask(
      signatures.of(row.videoId, row.outputs.duration, (err) =>
        request.log.warn(
          { reqId: request.id, err, videoId: row.videoId },
          "signer does not answer: serving an older signature",
        ),
      ),
    );
    // no-store comes with every reply; here it keeps one viewer's cookies out of a shared cache, so it is said again.
    return reply
      .headers({ "cache-control": "no-store", "set-cookie": signedCookies(signature, row.videoId) })
      .send(playbackOf(row, signature.expires));
  };
  app.post<TitleRequest>("/api/titles/:videoId/playback", { schema }, answer);
}

export function addHealthRoutes(app: FastifyInstance, { signatures, ping }: RoutePorts): void {
  const hidden = { hide: true };
  // The process alone: a dependency that is away must not make the load balancer kill every task.
  app.get("/health", { schema: { ...hidden, response: { 200: schemas.healthSchema } } }, () => ({ status: "ok" }));

  const schema = { ...hidden, response: { 200: schemas.readySchema, 503: schemas.readySchema } };
  app.get("/ready", { schema }, async (request, reply) => {
    const database = await withDeadline(ping()).then(
      () => "ok" as const,
      (err: unknown) => {
        request.log.warn({ err }, "database does not answer");
        return "failed" as const;
      },
    );
    const ready = database === "ok" && signatures.state !== "failed";
    return reply.code(ready ? 200 : 503).send({ ready, checks: { database, signing: signatures.state } });
  });
}
