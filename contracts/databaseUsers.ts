/**
 * How services reach the catalogue's database: by the pooler beside them, which listens on loopback and holds no client's
 * password; it signs in to Aurora by IAM as the service's own user.
 */

/** Database users, one a service, made by the migration. Each takes IAM tokens only. */
export const DATABASE_USERS = { api: "vod_api", backoffice: "vod_backoffice", worker: "vod_worker" } as const;
export type DatabaseClient = keyof typeof DATABASE_USERS;

/** Port of the pooler, on 127.0.0.1 of the task. */
export const POOLER_PORT = 6432;

/** The pooler's two databases: the writer, and the readers, which lag by some milliseconds. */
export const POOLED = { writer: "vod", readers: "vod_ro" } as const;

/** What a service is given as DATABASE_URL. It holds no secret. */
export const pooledUrl = (client: DatabaseClient, database: keyof typeof POOLED): string =>
  `postgres://${DATABASE_USERS[client]}@127.0.0.1:${POOLER_PORT}/${POOLED[database]}`;
