/** The setup of search against a real OpenSearch: the template is taken, the analyzers find, snapshots come and go. */
import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { setUp } from "../../handlers/searchSetup/core";
import { ask, type SetupPorts } from "../../handlers/searchSetup/ports";
import { startOpenSearch, type OpenSearch } from "./support/openSearch";

const DAY = 24 * 3_600_000;

interface Hits {
  hits: { hits: { _id: string }[] };
}

const TITLES: Record<string, { title: string; description: string; tags: string[] }> = {
  cancion: { title: "La canción más triste", description: "Un músico vuelve a su pueblo.", tags: ["Drama"] },
  nino: { title: "El niño y el mar", description: "Las olas se llevan un secreto.", tags: ["Aventura"] },
  runners: { title: "The Last Runner's Race", description: "Cities were running out of water.", tags: ["Thriller"] },
  corazon: { title: "Corazones rotos", description: "Historias de amores perdidos.", tags: ["Comedia"] },
};

describe("search on OpenSearch 2.19", function () {
  this.timeout(400_000);
  let cluster: OpenSearch;
  let now: Date;
  const counted: string[] = [];
  const ports = (): SetupPorts => ({
    api: cluster.api,
    clock: { now: () => now },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { count: (name) => void counted.push(name) },
  });
  const config = () => ({
    repository: { type: "fs" as const, settings: { location: cluster.repository } },
    retentionDays: 30,
  });
  const search = async (query: object): Promise<string[]> => {
    const { body } = await cluster.post("/titles/_search", { query });
    return (body as Hits).hits.hits.map(({ _id }) => _id).sort();
  };
  const match = (field: string, query: string) => search({ match: { [field]: { query, operator: "and" } } });
  const state = async (): Promise<unknown> => ({
    template: await ask(cluster.api, "GET", "/_index_template/vod-titles"),
    repository: await ask(cluster.api, "GET", "/_snapshot/vod"),
    aliases: await ask(cluster.api, "GET", "/_alias"),
    settings: await ask(cluster.api, "GET", "/titles/_settings"),
  });
  interface Kept {
    snapshot: string;
    state: string;
    shards: { failed: number };
    indices: string[];
  }
  const snapshots = async (): Promise<Kept[]> => {
    for (;;) {
      const { snapshots: all } = (await ask(cluster.api, "GET", "/_snapshot/vod/_all")) as { snapshots: Kept[] };
      if (all.every((each) => each.state !== "IN_PROGRESS")) return all;
      await sleep(200);
    }
  };

  before(async () => {
    now = new Date();
    cluster = await startOpenSearch();
    await setUp(ports(), config(), {});
    for (const [id, title] of Object.entries(TITLES))
      await ask(cluster.api, "PUT", `/titles/_doc/${id}?refresh=true`, { videoId: id, ...title });
  });
  after(() => cluster.stop());

  it("makes the first index under the alias, with a copy on each of three nodes", async () => {
    const settings = (await ask(cluster.api, "GET", "/titles/_settings")) as Record<
      string,
      { settings: { index: Record<string, string> } }
    >;
    const { number_of_shards, number_of_replicas } = settings["titles-1"]?.settings.index ?? {};
    assert.deepEqual([Object.keys(settings), number_of_shards, number_of_replicas], [["titles-1"], "1", "2"]);
    const health = (await ask(cluster.api, "GET", "/_cluster/health?wait_for_status=green&timeout=60s")) as {
      status: string;
      active_shards: number;
    };
    assert.deepEqual([health.status, health.active_shards], ["green", 3]);
  });

  it("changes nothing when it runs again", async () => {
    const before = await state();
    await setUp(ports(), config(), {});
    assert.deepEqual(await state(), before);
  });

  it("puts right what somebody changed", async () => {
    const before = await state();
    await ask(cluster.api, "PUT", "/titles-1/_settings", { index: { number_of_replicas: 0 } });
    await ask(cluster.api, "PUT", "/_index_template/vod-titles", { index_patterns: ["titles-*"], priority: 1 });
    await setUp(ports(), config(), {});
    assert.deepEqual(((await state()) as { template: unknown }).template, (before as { template: unknown }).template);
    const { "titles-1": index } = (await ask(cluster.api, "GET", "/titles-1/_settings")) as Record<
      string,
      { settings: { index: { number_of_replicas: string } } }
    >;
    assert.equal(index?.settings.index.number_of_replicas, "2");
  });

  for (const [field, words, found] of [
    ["title.es", "canciones", ["cancion"]], // plural
    ["title.es", "cancion", ["cancion"]], // no accent
    ["title.es", "CANCIÓN triste", ["cancion"]],
    ["title.es", "corazón roto", ["corazon"]], // singular of both words
    ["title.es", "nino", ["nino"]], // a keyboard without ñ
    ["title.es", "niños", ["nino"]],
    ["description.es", "ola", ["nino"]],
    ["description.es", "historia", ["corazon"]],
    ["description.es", "amor perdido", ["corazon"]],
    ["title.en", "runner", ["runners"]], // possessive
    ["description.en", "city run", ["runners"]],
    ["title", "race", ["runners"]],
    ["title.beginnings", "cora", ["corazon"]],
    ["title.beginnings", "la", ["cancion", "runners"]], // La, Last
    ["title.beginnings", "niñ", ["nino"]],
    ["tags", "drama", ["cancion"]],
    ["title.es", "perro", []],
  ] as [string, string, string[]][])
    it(`finds "${words}" in ${field}`, async () => assert.deepEqual(await match(field, words), found));

  it("knows stop words of both languages", async () => {
    const analyze = async (analyzer: string, text: string): Promise<string[]> => {
      const { body } = await cluster.post("/titles/_analyze", { analyzer, text });
      return (body as { tokens: { token: string }[] }).tokens.map(({ token }) => token);
    };
    assert.deepEqual(await analyze("vod_es", "La más de el mar"), ["mar"]);
    assert.deepEqual(await analyze("vod_en", "The race of the water"), ["race", "water"]);
    assert.deepEqual(await analyze("vod_beginnings", "Mar"), ["ma", "mar"]);
  });

  it("keeps fields that it does not know, and does not search them", async () => {
    await ask(cluster.api, "PUT", "/titles/_doc/extra?refresh=true", { title: "Extra", later: { deep: 1 } });
    assert.deepEqual(await search({ match: { "later.deep": 1 } }), []);
    assert.deepEqual(await match("title", "extra"), ["extra"]);
  });

  it("takes a snapshot a night and deletes what is older than the retention, but never the last good one", async () => {
    await setUp(ports(), config(), { snapshot: true });
    const first = await snapshots();
    assert.deepEqual(
      first.map(({ snapshot, state: end, shards, indices }) => [
        /^vod-\d{4}-\d\d-\d\dt/.test(snapshot),
        end,
        shards.failed,
        indices,
      ]),
      [[true, "SUCCESS", 0, ["titles-1"]]],
    );
    now = new Date(Date.now() + 31 * DAY);
    await setUp(ports(), config(), { snapshot: true });
    const second = await snapshots();
    assert.equal(second.length, 2, "the only good one is kept, however old");
    now = new Date(Date.now() + 32 * DAY);
    await setUp(ports(), config(), { snapshot: true });
    const third = (await snapshots()).map(({ snapshot }) => snapshot);
    assert.equal(third.length, 2);
    assert.ok(!third.includes(first[0]?.snapshot ?? ""), "the first is gone");
    assert.deepEqual(counted, Array(3).fill("SearchSnapshotStarted"));
  });

  it("brings an index back from its snapshot", async () => {
    const { snapshot } = (await snapshots()).at(-1) as Kept;
    await ask(cluster.api, "DELETE", "/titles-1");
    const restore = `/_snapshot/vod/${snapshot}/_restore?wait_for_completion=true`;
    assert.equal((await cluster.post(restore, { indices: "titles-1" })).status, 200);
    assert.deepEqual(await match("title.es", "canciones"), ["cancion"]);
  });
});
