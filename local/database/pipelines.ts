/** Makes PGlite's socket server safe for several clients at once. */
import type { PGlite } from "@electric-sql/pglite";

/** First bytes of the messages that end a client's pipeline: Query, Sync, FunctionCall, Terminate (PostgreSQL protocol 3.0, "Message Formats"). */
const LAST_OF_PIPELINE = new Set(["Q", "S", "F", "X"].map((letter) => letter.charCodeAt(0)));
/** The start-up message has no type byte; the first byte of its length is 0. */
const START_UP = 0;

/**
 * PGlite has one session. The socket server (0.2.17) queues the *messages* of all clients and keeps to one client only
 * inside a transaction, so that another's Parse can come between a client's Parse and Bind, and the client gets the
 * other's rows. Here the session also counts as taken until the client's pipeline has ended.
 */
export function wholePipelines(db: PGlite): PGlite {
  let inPipeline = false;
  const served: Pick<PGlite, "waitReady" | "isInTransaction" | "runExclusive" | "execProtocolRawStream" | "exec"> = {
    waitReady: db.waitReady,
    isInTransaction: () => inPipeline || db.isInTransaction(),
    runExclusive: (work) => db.runExclusive(work),
    execProtocolRawStream: async (message, options) => {
      const first = message[0] ?? START_UP;
      inPipeline = first !== START_UP && !LAST_OF_PIPELINE.has(first);
      await db.execProtocolRawStream(message, options);
    },
    // The server calls this to roll back for a client that has gone.
    exec: (query, options) => {
      inPipeline = false;
      return db.exec(query, options);
    },
  };
  // The server's type asks for the class, its code for these five members.
  return served as PGlite;
}
