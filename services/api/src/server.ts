/** Puts the service together from its ports. Listens to nothing: `main.ts` does. */
import swagger from "@fastify/swagger";
import underPressure from "@fastify/under-pressure";
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { Catalogue } from "./http/catalogue.js";
import { Signatures, type SignatureOptions } from "./core/signatures.js";
import type { Titles } from "./data/titles.js";
import { REQUEST_LIMIT } from "./http/deadline.js";
import { handleClientError, handleError, methodNotAllowed, notFound, overloaded } from "./http/errors.js";
import { SECURITY_HEADERS } from "./http/headers.js";
import { readyReply, sendReady } from "./http/readyBytes.js";
import { addHealthRoutes, addPlaybackRoute, addTitleRoutes } from "./http/routes.js";

export interface ApiOptions {
  titles: Titles;
  signatures: SignatureOptions;
  logger: FastifyBaseLogger;
  /** Bounds beyond which requests are shed. Defaults: `PRESSURE`. */
  pressure?: Partial<typeof PRESSURE>;
}

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
/** Bytes. No route takes a body; an empty object is let through. */
const BODY_LIMIT = 1_024;
/** Milliseconds. Longer than a load balancer keeps an idle connection (60 s), so that it never writes into a closed one. */
const KEEP_ALIVE = 65_000;
/** Milliseconds between two looks for idle connections while draining. */
const DRAIN_STEP = 250;
/** Milliseconds. A request that takes longer is logged even when it succeeds. */
const SLOW = 1_000;
const PRESSURE = {
  /** Milliseconds. */
  maxEventLoopDelay: 250,
  /** Bytes: the task has 1,024 MB, sidecars included. */
  maxRssBytes: 512 * 1024 * 1024,
};

function bareServer(logger: FastifyBaseLogger): FastifyInstance {
  return Fastify({
    loggerInstance: logger,
    // A child logger a request costs as much as the rest of a warm one: lines name the request themselves.
    childLoggerFactory: (parent) => parent,
    // The load balancer logs each request; we log refusals, faults and slow ones.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_LIMIT,
    connectionTimeout: 2 * REQUEST_LIMIT,
    keepAliveTimeout: KEEP_ALIVE,
    forceCloseConnections: "idle",
    // While draining, requests that still come on open connections are answered, and told that the connection closes.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 100 },
    http: { maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000 },
    clientErrorHandler: handleClientError as never,
    frameworkErrors: (error, request, reply) => handleError(error, request, reply.headers(SECURITY_HEADERS)),
  });
}

/** Every other method of a known path answers 405 with what is allowed, before a body is read. */
function refuseOtherMethods(app: FastifyInstance, known: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, methods] of known) {
    const allowed = [...methods].sort().join(", ");
    app.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url,
      schema: { hide: true },
      onRequest: (request) => Promise.reject(methodNotAllowed(request.method, allowed)),
      handler: () => undefined,
    });
  }
}

/** Connections whose last request ends while we drain would stay open for as long as they are kept alive. */
function closeWhatFallsIdle(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", (done) => {
    timer = setInterval(() => app.server.closeIdleConnections(), DRAIN_STEP);
    done();
  });
  app.addHook("onClose", (_app, done) => {
    clearInterval(timer);
    done();
  });
}

function addHooks(app: FastifyInstance): void {
  // What a route has said stands. Ready bytes do not come by here: they hold these headers.
  app.addHook("onSend", (_request, reply, payload, done) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
    done(null, payload);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode, elapsedTime } = reply;
    if (statusCode >= 400 || elapsedTime > SLOW) {
      // The path only: no header, no cookie, no query.
      const path = request.url.split("?", 1)[0]?.slice(0, 200);
      request.log.info(
        { reqId: request.id, method: request.method, path, statusCode, milliseconds: Math.round(elapsedTime) },
        "request",
      );
    }
    done();
  });
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => {
    const known = METHODS.includes(request.method);
    return handleError(known ? notFound("path") : methodNotAllowed(request.method, "GET, HEAD, POST"), request, reply);
  });
}

async function addShedding(app: FastifyInstance, pressure: typeof PRESSURE): Promise<void> {
  await app.register(underPressure, {
    ...pressure,
    sampleInterval: 500,
    // The load balancer's check must pass: shedding load is health, and a killed task would only add to the rest's load.
    pressureHandler: (request) => {
      if (request.url !== "/health") throw overloaded();
    },
  });
}

async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.0.3",
      info: {
        title: "VOD api",
        version: "1",
        description: "What viewers see. Every error reply is {error: {code, message}}.",
      },
    },
  });
}

export async function buildServer(options: ApiOptions): Promise<FastifyInstance> {
  const app = bareServer(options.logger);
  addHooks(app);
  closeWhatFallsIdle(app);
  await addShedding(app, { ...PRESSURE, ...options.pressure });
  await addOpenApi(app);
  const known = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = known.get(url) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
  const ports = {
    catalogue: new Catalogue(options.titles, (err) =>
      app.log.warn({ err }, "database does not answer: serving older bytes"),
    ),
    signatures: new Signatures(options.signatures),
    ping: () => options.titles.ping(),
  };
  addTitleRoutes(app, ports);
  addPlaybackRoute(app, ports);
  addHealthRoutes(app, ports);
  app.get("/api/openapi.json", { schema: { hide: true } }, (request, reply) => sendReady(request, reply, document));
  refuseOtherMethods(app, new Map(known));
  await app.ready();
  const document = readyReply(app.swagger());
  return app;
}
