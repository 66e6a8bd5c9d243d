import { strict as assert } from "node:assert";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { OpenSearchClient } from "@aws-sdk/client-opensearch";
import fc from "fast-check";
import { growthAlarms, searchDomain } from "../../handlers/aws/searchDomain";
import { grow, type GrowthPorts } from "../../handlers/searchGrowth/core";
import {
  HOURS_BETWEEN_STEPS,
  planStep,
  type DomainState,
  type GrowthCaps,
  type Need,
} from "../../handlers/searchGrowth/growth.plan";
import { SEARCH_CLASSES, searchClass } from "../../lib/openSearch";

const NOW = new Date("2026-11-24T12:00:00Z");
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
const STATE: DomainState = { changing: false, instanceType: "t3.small.search", nodes: 3, zones: 3, volumeGb: 34 };
const CAPS: GrowthCaps = { storageGb: 1000, nodes: 9 };
const STORAGE: Need = { storage: true, load: false };
const LOAD: Need = { storage: false, load: true };
const step = (state: Partial<DomainState>, need: Need, caps: Partial<GrowthCaps> = {}) =>
  planStep({ ...STATE, ...state }, need, { ...CAPS, ...caps }, NOW);

describe("growth of search", () => {
  it("does nothing while no alarm rings", () => {
    assert.deepEqual(step({ changing: true }, { storage: false, load: false }), { kind: "none" });
  });
  it("enlarges the volumes by a fifth, rounded up", () => {
    assert.deepEqual(step({}, STORAGE), { kind: "volume", volumeGb: 41 });
    assert.deepEqual(step({ volumeGb: 10 }, STORAGE), { kind: "volume", volumeGb: 12 });
  });
  it("stops at the class's volume and at the cap, and then adds nodes", () => {
    assert.deepEqual(step({ volumeGb: 90 }, STORAGE), { kind: "volume", volumeGb: 100 });
    assert.deepEqual(step({ volumeGb: 100 }, STORAGE), { kind: "nodes", nodes: 6 });
    assert.deepEqual(step({ volumeGb: 34 }, STORAGE, { storageGb: 110 }), { kind: "volume", volumeGb: 36 });
  });
  it("adds a node in each zone under load", () => {
    assert.deepEqual(step({}, LOAD), { kind: "nodes", nodes: 6 });
    assert.deepEqual(step({ nodes: 2, zones: 2 }, LOAD), { kind: "nodes", nodes: 4 });
    assert.deepEqual(step({ nodes: 1, zones: 1 }, LOAD), { kind: "nodes", nodes: 2 });
  });
  it("makes room before it adds power", () => {
    assert.deepEqual(step({}, { storage: true, load: true }), { kind: "volume", volumeGb: 41 });
  });
  it("says so at each end", () => {
    assert.deepEqual(step({ nodes: 9 }, LOAD), { kind: "capped", why: "12 nodes are above the cap of 9" });
    assert.deepEqual(step({ nodes: 9 }, LOAD, { nodes: 18 }), {
      kind: "capped",
      why: "12 nodes are above the cap of 10",
    });
    assert.deepEqual(step({ volumeGb: 100 }, STORAGE, { storageGb: 300 }), {
      kind: "capped",
      why: "6 nodes of 100 GB are above the cap of 300 GB",
    });
  });
  it("waits while the domain changes and for six hours after", () => {
    assert.equal(step({ changing: true }, STORAGE).kind, "wait");
    assert.equal(step({ changedAt: hoursAgo(HOURS_BETWEEN_STEPS - 0.01) }, STORAGE).kind, "wait");
    assert.equal(step({ changedAt: hoursAgo(HOURS_BETWEEN_STEPS) }, STORAGE).kind, "volume");
  });
  it("refuses a class whose limits nobody wrote down", () => {
    assert.throws(
      () => step({ instanceType: "x9.huge.search" }, LOAD),
      /x9.huge.search is not known → one of t3.small/,
    );
  });

  const states = fc.record({
    changing: fc.boolean(),
    changedAt: fc.option(fc.integer({ min: 0, max: 48 }).map(hoursAgo), { nil: undefined }),
    instanceType: fc.constantFrom(...SEARCH_CLASSES),
    nodes: fc.integer({ min: 1, max: 80 }),
    zones: fc.constantFrom(1, 2, 3),
    volumeGb: fc.integer({ min: 10, max: 1536 }),
  });
  const caps = fc.record({ storageGb: fc.integer({ min: 1, max: 1000 }), nodes: fc.integer({ min: 1, max: 18 }) });
  const needs = fc.record({ storage: fc.boolean(), load: fc.boolean() });
  it("never shrinks, never passes a cap, never touches a domain that changes", () => {
    fc.assert(
      fc.property(states, needs, caps, (state, need, cap) => {
        const next = planStep({ ...state, changedAt: state.changedAt as Date }, need, cap, NOW);
        if (next.kind !== "volume" && next.kind !== "nodes") return;
        assert.equal(state.changing, false);
        const nodes = next.kind === "nodes" ? next.nodes : state.nodes;
        const volumeGb = next.kind === "volume" ? next.volumeGb : state.volumeGb;
        assert.ok(nodes * volumeGb <= cap.storageGb, "storage");
        assert.ok(nodes * volumeGb > state.nodes * state.volumeGb, "larger");
        if (next.kind === "nodes") assert.ok(nodes <= cap.nodes && (nodes - state.nodes) % state.zones === 0, "nodes");
        else assert.ok(volumeGb <= (searchClass(state.instanceType)?.mostGb ?? 0), "volume");
      }),
      { numRuns: 2000 },
    );
  });
  it("comes to an end under an alarm that rings for ever, within both caps", () => {
    fc.assert(
      fc.property(needs, fc.constantFrom("t3.small.search", "m7g.medium.search"), (need, instanceType) => {
        let state: DomainState = { ...STATE, instanceType };
        for (let round = 0; round < 100; round += 1) {
          const next = planStep(state, need, CAPS, NOW);
          if (next.kind === "none" || next.kind === "capped") return true;
          if (next.kind === "volume") state = { ...state, volumeGb: next.volumeGb };
          if (next.kind === "nodes") state = { ...state, nodes: next.nodes };
        }
        return false;
      }),
    );
  });
});

describe("a run of searchGrowth", () => {
  const run = (state: Partial<DomainState>, need: Need) => {
    const asked: string[] = [];
    const ports: GrowthPorts = {
      domain: {
        state: () => Promise.resolve({ ...STATE, ...state }),
        growVolumes: (gb) => Promise.resolve(void asked.push(`volumes ${gb}`)),
        growNodes: (nodes) => Promise.resolve(void asked.push(`nodes ${nodes}`)),
      },
      alarms: { need: () => Promise.resolve(need) },
      clock: { now: () => NOW },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: (name) => void asked.push(name) },
    };
    return { asked, done: grow(ports, CAPS) };
  };
  it("takes the one step that is planned, and counts it", async () => {
    for (const [need, expected] of [
      [STORAGE, ["volumes 41", "SearchGrown"]],
      [LOAD, ["nodes 6", "SearchGrown"]],
      [{ storage: false, load: false }, []],
    ] as [Need, string[]][]) {
      const { asked, done } = run({}, need);
      await done;
      assert.deepEqual(asked, expected);
    }
  });
  it("fails at its end, so that somebody hears of it", async () => {
    const { asked, done } = run({ nodes: 9 }, LOAD);
    await assert.rejects(done, /full and at its end · 12 nodes are above the cap of 9 → raise vod:searchMaxStorage/);
    assert.deepEqual(asked, []);
  });
});

describe("the search domain's adapters", () => {
  let server: Server;
  let endpoint: string;
  const seen: { method: string; url: string; body: string }[] = [];
  let status: Record<string, unknown>;
  let alarms: string[];
  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ method: request.method ?? "", url: request.url ?? "", body });
        const isAlarms = (request.headers["x-amz-target"] ?? body).toString().includes("DescribeAlarms");
        const answer = isAlarms
          ? { MetricAlarms: alarms.map((AlarmName) => ({ AlarmName })) }
          : { DomainStatus: status };
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((done) => server.close(done)));
  beforeEach(() => {
    seen.length = 0;
    status = {
      Processing: false,
      UpgradeProcessing: false,
      ClusterConfig: {
        InstanceType: "t3.small.search",
        InstanceCount: 3,
        ZoneAwarenessEnabled: true,
        ZoneAwarenessConfig: { AvailabilityZoneCount: 3 },
      },
      EBSOptions: { EBSEnabled: true, VolumeType: "gp3", VolumeSize: 34, Iops: 3000, Throughput: 125 },
      ChangeProgressDetails: { LastUpdatedTime: NOW.getTime() / 1000 },
    };
  });
  const options = () => ({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const domain = () => searchDomain(new OpenSearchClient(options()), "vod-dev");

  it("reads the domain's state", async () => {
    assert.deepEqual(await domain().state(), { ...STATE, changedAt: NOW });
    status.UpgradeProcessing = true;
    delete status.ChangeProgressDetails;
    assert.deepEqual(await domain().state(), { ...STATE, changing: true });
    delete status.EBSOptions;
    await assert.rejects(domain().state(), /the domain vod-dev tells no class, no count or no volume size/);
  });
  it("changes the size and nothing else", async () => {
    await domain().growVolumes(41);
    await domain().growNodes(6);
    const updates = seen.filter(({ method }) => method === "POST");
    assert.deepEqual(
      updates.map(({ url }) => url),
      Array(2).fill("/2021-01-01/opensearch/domain/vod-dev/config"),
    );
    const [volumes, nodes] = updates.map(({ body }) => JSON.parse(body) as Record<string, Record<string, unknown>>);
    assert.deepEqual(volumes, { EBSOptions: { ...(status.EBSOptions as object), VolumeSize: 41 } });
    assert.deepEqual(nodes, { ClusterConfig: { ...(status.ClusterConfig as object), InstanceCount: 6 } });
  });
  it("asks CloudWatch which of the alarms ring", async () => {
    const need = () =>
      growthAlarms(new CloudWatchClient(options()), { storage: ["space"], load: ["cpu", "memory"] }).need();
    for (const [ringing, expected] of [
      [[], { storage: false, load: false }],
      [["space"], STORAGE],
      [["memory"], LOAD],
    ] as [string[], Need][]) {
      alarms = ringing;
      assert.deepEqual(await need(), expected);
    }
  });
});
