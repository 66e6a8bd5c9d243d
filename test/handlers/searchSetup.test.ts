import { strict as assert } from "node:assert";
import fc from "fast-check";
import { layout, replicasFor, titlesTemplate } from "../../contracts/search";
import { signedSearchApi } from "../../handlers/aws/searchApi";
import { setUp } from "../../handlers/searchSetup/core";
import type { SearchReply, SetupConfig } from "../../handlers/searchSetup/ports";
import { expired, snapshotName, type Snapshot } from "../../handlers/searchSetup/snapshots.plan";

const NOW = new Date("2026-11-24T04:30:00Z");
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 24 * 3_600_000);
const snapshot = (name: string, days: number, state: Snapshot["state"] = "SUCCESS"): Snapshot => ({
  name,
  state,
  started: daysAgo(days),
});
const CONFIG: SetupConfig = {
  repository: { type: "s3", settings: { bucket: "b", region: "us-east-1", role_arn: "arn" } },
  retentionDays: 30,
};

/** A domain that answers what it is told to, and else as one that lacks nothing. */
class Domain {
  readonly asked: [method: string, path: string, body: unknown][] = [];
  readonly counted: string[] = [];
  constructor(private readonly answers: Record<string, Partial<SearchReply>> = {}) {}

  readonly ports = {
    api: {
      call: (method: string, path: string, body?: object): Promise<SearchReply> => {
        this.asked.push([method, path, body]);
        return Promise.resolve({ status: 200, body: {}, ...this.answers[`${method} ${path}`] });
      },
    },
    clock: { now: () => NOW },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { count: (name: string) => void this.counted.push(name) },
  };
  /** Changes alone. */
  get changes(): string[] {
    return this.asked.filter(([method]) => method !== "GET").map(([method, path]) => `${method} ${path}`);
  }
  body(path: string): unknown {
    return this.asked.find(([, asked]) => asked === path)?.[2];
  }
}

const nodes = (count: number) => ({ "GET /_cluster/health": { body: { number_of_data_nodes: count } } });
const index = (shards: number, replicas: number) => ({
  "GET /titles/_settings": {
    body: {
      "titles-1": { settings: { index: { number_of_shards: String(shards), number_of_replicas: String(replicas) } } },
    },
  },
});
const kept = (...snapshots: Snapshot[]) => ({
  "GET /_snapshot/vod/_all?ignore_unavailable=true": {
    body: {
      snapshots: snapshots.map(({ name, state, started }) => ({
        snapshot: name,
        state,
        start_time_in_millis: started.getTime(),
      })),
    },
  },
});

describe("the layout of an index", () => {
  it("keeps three copies where there are three nodes, and a shard for each three", () => {
    const expected: [number, number, number][] = [
      [1, 1, 0],
      [2, 1, 1],
      [3, 1, 2],
      [5, 1, 2],
      [6, 2, 2],
      [9, 3, 2],
    ];
    for (const [count, shards, replicas] of expected) assert.deepEqual(layout(count), { shards, replicas });
    const { template } = titlesTemplate(9) as { template: { settings: Record<string, unknown> } };
    assert.deepEqual([template.settings.number_of_shards, template.settings.number_of_replicas], [3, 2]);
  });
  it("gives nodes that come later copies of what is there", () => {
    assert.deepEqual(
      [replicasFor(3, 1), replicasFor(6, 1), replicasFor(9, 1), replicasFor(9, 2), replicasFor(9, 3)],
      [2, 5, 8, 3, 2],
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 30 }), (count, shards) => {
        const replicas = replicasFor(count, shards);
        assert.ok(replicas >= layout(count).replicas && replicas < count);
      }),
    );
  });
});

describe("the setup of search", () => {
  it("registers repository and template, makes the first index, and leaves rights alone unless told", async () => {
    const domain = new Domain({ ...nodes(3), ...index(1, 2), "GET /_alias/titles": { status: 404 } });
    await setUp(domain.ports, CONFIG, {});
    assert.deepEqual(domain.changes, ["PUT /_snapshot/vod", "PUT /_index_template/vod-titles", "PUT /titles-1"]);
    assert.deepEqual(domain.body("/_snapshot/vod"), CONFIG.repository);
    assert.deepEqual(domain.body("/_index_template/vod-titles"), titlesTemplate(3));
    assert.deepEqual(domain.body("/titles-1"), { aliases: { titles: { is_write_index: true } } });
  });
  it("makes no second index, and spreads the one there is over nodes that have come", async () => {
    const domain = new Domain({ ...nodes(6), ...index(1, 2) });
    await setUp(domain.ports, CONFIG, {});
    assert.deepEqual(domain.changes.slice(2), ["PUT /titles-1/_settings"]);
    assert.deepEqual(domain.asked.at(-1)?.[2], { index: { number_of_replicas: 5 } });
  });
  it("gives roles of IAM rights on titles only, and turns the audit log on", async () => {
    const domain = new Domain({ ...nodes(3), ...index(1, 2) });
    await setUp(domain.ports, CONFIG, { access: { readers: ["api"], writers: ["worker"] } });
    const security = "/_plugins/_security/api";
    assert.deepEqual(domain.changes.slice(2), [
      `PUT ${security}/roles/vod_reader`,
      `PUT ${security}/rolesmapping/vod_reader`,
      `PUT ${security}/roles/vod_writer`,
      `PUT ${security}/rolesmapping/vod_writer`,
      `PUT ${security}/audit/config`,
    ]);
    assert.deepEqual(domain.body(`${security}/roles/vod_reader`), {
      cluster_permissions: [],
      index_permissions: [{ index_patterns: ["titles", "titles-*"], allowed_actions: ["read"] }],
    });
    assert.deepEqual(domain.body(`${security}/rolesmapping/vod_reader`), { backend_roles: ["api"] });
    assert.deepEqual(domain.body(`${security}/rolesmapping/vod_writer`), { backend_roles: ["worker"] });
    assert.equal((domain.body(`${security}/audit/config`) as { enabled: boolean }).enabled, true);
  });
  it("says what the domain refused, and does no more", async () => {
    const refusal = { status: 403, body: { error: "no permissions" } };
    const domain = new Domain({ ...nodes(3), "PUT /_snapshot/vod": refusal });
    await assert.rejects(
      setUp(domain.ports, CONFIG, {}),
      /^Error: PUT \/_snapshot\/vod · 403 {"error":"no permissions"}/,
    );
    assert.equal(domain.changes.length, 1);
    await assert.rejects(setUp(new Domain().ports, CONFIG, {}), /tells no number of data nodes/);
  });
});

describe("snapshots of search", () => {
  const night = async (...snapshots: Snapshot[]) => {
    const domain = new Domain({ ...nodes(3), ...index(1, 2), ...kept(...snapshots) });
    const failure = await setUp(domain.ports, CONFIG, { snapshot: true }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { changes: domain.changes.slice(2), failure, domain };
  };
  const taken = "PUT /_snapshot/vod/vod-2026-11-24t04-30-00?wait_for_completion=false";

  it("are named by their time, in lower case", () => {
    assert.equal(snapshotName(NOW), "vod-2026-11-24t04-30-00");
  });
  it("are taken of titles alone, and counted", async () => {
    const { changes, failure, domain } = await night();
    assert.deepEqual([changes, failure, domain.counted], [[taken], undefined, ["SearchSnapshotStarted"]]);
    assert.deepEqual(domain.asked.at(-1)?.[2], {
      indices: "titles-*",
      ignore_unavailable: true,
      include_global_state: false,
    });
  });
  it("go when they are too old, one by one, before the next is taken", async () => {
    const { changes, failure } = await night(snapshot("vod-a", 40), snapshot("vod-b", 31), snapshot("vod-c", 1));
    assert.deepEqual(changes, ["DELETE /_snapshot/vod/vod-a", "DELETE /_snapshot/vod/vod-b", taken]);
    assert.equal(failure, undefined);
  });
  it("fail loudly after the next has been started", async () => {
    for (const state of ["FAILED", "PARTIAL"] as const) {
      const { changes, failure } = await night(snapshot("vod-a", 2), snapshot("vod-b", 1, state));
      assert.deepEqual(changes.at(-1), taken);
      assert.match(failure ?? "", new RegExp(`did not end well · vod-b ${state} → GET /_snapshot/vod/_all`));
    }
  });
  it("wait for one that runs, and call it stuck after twelve hours", async () => {
    const running = await night(snapshot("vod-a", 0.4, "IN_PROGRESS"));
    assert.deepEqual([running.changes, running.failure], [[], undefined]);
    const stuck = await night(snapshot("vod-a", 0.6, "IN_PROGRESS"));
    assert.deepEqual(stuck.changes, []);
    assert.match(stuck.failure ?? "", /vod-a IN_PROGRESS/);
  });
  it("of somebody else are left alone; failed ones go when a good one has followed", () => {
    const all = [
      snapshot("manual", 90),
      snapshot("vod-failed", 3, "FAILED"),
      snapshot("vod-good", 2),
      snapshot("vod-late", 1, "FAILED"),
    ];
    assert.deepEqual(expired(all, 30, NOW), ["vod-failed"]);
    assert.deepEqual(expired([snapshot("vod-good", 90)], 30, NOW), []);
  });

  const states = fc.constantFrom<Snapshot["state"]>("IN_PROGRESS", "SUCCESS", "PARTIAL", "FAILED");
  const lists = fc.uniqueArray(
    fc.record({ days: fc.integer({ min: 0, max: 400 }), state: states, ours: fc.boolean() }),
    { selector: ({ days }) => days, maxLength: 40 },
  );
  it("always leave the newest good one, what runs, and what is younger than the retention and good", () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 365 }), (list, retention) => {
        const all = list.map(({ days, state, ours }) => snapshot(`${ours ? "vod-" : ""}${days}`, days, state));
        const gone = new Set(expired(all, retention, NOW));
        const left = all.filter(({ name }) => !gone.has(name));
        const good = all.filter(({ name, state }) => name.startsWith("vod-") && state === "SUCCESS");
        const newest = good.reduce<Snapshot | undefined>((a, b) => (a && a.started > b.started ? a : b), undefined);
        if (newest) assert.ok(left.includes(newest));
        for (const each of all) {
          const young = each.started >= daysAgo(retention);
          if (each.state === "IN_PROGRESS" || !each.name.startsWith("vod-") || (young && each.state === "SUCCESS"))
            assert.ok(left.includes(each), each.name);
        }
      }),
    );
  });
});

describe("requests to the domain", () => {
  const { fetch } = globalThis;
  const environment = { ...process.env };
  afterEach(() => {
    globalThis.fetch = fetch;
    process.env = { ...environment };
  });
  it("are signed for the service es with the function's role, host and body included", async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
    });
    const sent: { url: string; init: RequestInit }[] = [];
    globalThis.fetch = ((url: string, init: RequestInit) => {
      sent.push({ url, init });
      return Promise.resolve(new Response('{"acknowledged":true}', { status: 201 }));
    }) as typeof globalThis.fetch;
    const api = signedSearchApi("vpc-x.us-east-1.es.amazonaws.com", "us-east-1");
    assert.deepEqual(await api.call("PUT", "/_snapshot/vod?wait=false", { type: "s3" }), {
      status: 201,
      body: { acknowledged: true },
    });
    const [{ url, init } = assert.fail()] = sent;
    assert.equal(url, "https://vpc-x.us-east-1.es.amazonaws.com/_snapshot/vod?wait=false");
    assert.deepEqual([init.method, init.body], ["PUT", '{"type":"s3"}']);
    assert.ok(init.signal, "has a time limit");
    const headers = init.headers as Record<string, string>;
    assert.match(
      headers.authorization ?? "",
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/es\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    assert.equal(headers["x-amz-security-token"], "token");
  });
  it("give back what is no JSON as text", async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" });
    globalThis.fetch = (() => Promise.resolve(new Response("gone", { status: 502 }))) as typeof globalThis.fetch;
    const api = signedSearchApi("h", "us-east-1");
    assert.deepEqual(await api.call("GET", "/"), { status: 502, body: "gone" });
  });
});
