import assert from "node:assert/strict";
import fc from "fast-check";
import { pgbouncerIni, readPoolerSettings } from "../../images/pgbouncer/src/config.js";

const ENVIRONMENT = {
  DATABASE_WRITER: "vod.cluster-a1.us-east-1.rds.amazonaws.com",
  DATABASE_READER: "vod.cluster-ro-a1.us-east-1.rds.amazonaws.com",
  DATABASE_NAME: "vod",
  DATABASE_USER: "vod_api",
  POOL_SIZE: "5",
};
const TOKEN = "vod.cluster:5432/?Action=connect&DBUser=vod_api&X-Amz-Expires=900&X-Amz-Signature=ab%2F";

/** Section → key → value. */
function sections(ini: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  let section = "";
  for (const line of ini.split("\n")) {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found[section] = { ...found[section], [key]: value };
  }
  return found;
}

describe("PgBouncer's configuration", () => {
  const settings = readPoolerSettings(ENVIRONMENT);

  it("signs in to each endpoint with its own password", () => {
    const { databases } = sections(pgbouncerIni(settings, { writer: TOKEN, reader: "it's" }, "/ca.pem"));
    assert.deepEqual(databases, {
      vod: `host=${ENVIRONMENT.DATABASE_WRITER} port=5432 dbname=vod user=vod_api password='${TOKEN}'`,
      vod_ro: `host=${ENVIRONMENT.DATABASE_READER} port=5432 dbname=vod user=vod_api password='it''s'`,
    });
  });

  it("listens to its task alone, pools by transaction and checks the server's name", () => {
    const { pgbouncer = {} } = sections(pgbouncerIni(settings, { writer: "a", reader: "b" }, "/ca.pem"));
    const { listen_addr, listen_port, unix_socket_dir, auth_type, pool_mode, default_pool_size } = pgbouncer;
    assert.deepEqual(
      [listen_addr, listen_port, unix_socket_dir, auth_type, pool_mode, default_pool_size],
      ["127.0.0.1", "6432", "", "any", "transaction", "5"],
    );
    const { server_tls_sslmode, server_tls_ca_file, server_tls_protocols } = pgbouncer;
    assert.deepEqual(
      [server_tls_sslmode, server_tls_ca_file, server_tls_protocols],
      ["verify-full", "/ca.pem", "secure"],
    );
  });

  it("holds one line a database, whatever the password", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (writer) => {
        const ini = pgbouncerIni(settings, { writer, reader: "b" });
        const line = ini.split("\n")[1] ?? "";
        const password = /password='(.*)'$/.exec(line)?.[1] ?? "";
        assert.equal(password.replaceAll("''", "'"), writer);
        assert.ok(!/(^|[^'])'([^']|$)/.test(password.replaceAll("''", "")));
      }),
    );
    assert.throws(
      () => pgbouncerIni(settings, { writer: "a\nadmin_users = x", reader: "b" }),
      /a password with a line break/,
    );
  });

  const bad: [Partial<typeof ENVIRONMENT>, RegExp][] = [
    [{ DATABASE_WRITER: "a b" }, /^DATABASE_WRITER is not possible · a b → a host name$/],
    [{ DATABASE_READER: "" }, /^DATABASE_READER/],
    [
      { DATABASE_NAME: "vod user=postgres" },
      /^DATABASE_NAME is not possible · vod user=postgres → a name of PostgreSQL$/,
    ],
    [{ DATABASE_USER: "x\ny" }, /^DATABASE_USER/],
    [{ POOL_SIZE: "0" }, /^POOL_SIZE is not possible · 0 → a whole number from 1 to 100$/],
    [{ POOL_SIZE: "101" }, /^POOL_SIZE/],
  ];
  for (const [change, message] of bad)
    it(`refuses ${JSON.stringify(change)}`, () =>
      assert.throws(() => readPoolerSettings({ ...ENVIRONMENT, ...change }), { message }));
});
