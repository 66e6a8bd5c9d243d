import { strict as assert } from "node:assert";
import { ListJobsCommand } from "@aws-sdk/client-mediaconvert";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Asset, isEnd } from "../../contracts/ledger.js";
import type { Platform } from "../../local/launcher/platform.js";
import { followUpload, ledgerOf } from "../../local/launcher/titles.js";
import { takeAway } from "../local/support/grants.js";
import { sample } from "../support/sample.js";
import { eventually } from "../support/service.js";
import { makeClip } from "./support/clip.js";
import { playThroughEdge } from "./support/playing.js";
import { never, openStage, type Stage } from "./support/stage.js";

interface Shown {
  state: string;
  attempts: number;
  price: number;
  reason?: { code: string; text: string };
  history: { state: string; attempt: number; note?: string }[];
}

describe("what waits for an operator", function () {
  this.timeout(300_000);
  let stage: Stage;
  let platform: Platform;
  let clip: Buffer;
  const output = (name: string): string => stage.output(name);
  const titles: Stage["titles"] = (...args) => stage.titles(...args);

  const upload = async (key: string, body: Buffer = clip): Promise<Asset> => {
    const { s3 } = platform.cloud.in();
    await s3.send(new PutObjectCommand({ Bucket: output("ingestBucket"), Key: key, Body: body }));
    return followUpload(platform, key, () => undefined, never);
  };
  const jobsOf = async ({ assetId }: Asset): Promise<number> => {
    const { Jobs = [] } = await platform.cloud.in().mediaConvert.send(new ListJobsCommand({ MaxResults: 20 }));
    return Jobs.filter(({ UserMetadata }) => UserMetadata?.assetId === assetId).length;
  };
  const show = async (id: string): Promise<Shown> => {
    const { code, stdout, stderr } = await titles("show", id, "--json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Shown;
  };
  /** Waits for this attempt's end. */
  const ended = async ({ assetId }: Asset, attempt: number): Promise<Asset> => {
    for (;;) {
      const now = await ledgerOf(platform).asset(assetId);
      if (now?.attempt === attempt && isEnd(now.state)) return now;
      await new Promise((later) => setTimeout(later, 100));
    }
  };
  const approved = async (key: string): Promise<Asset> => {
    const held = await upload(key);
    assert.equal(held.state, "held", held.reason?.text);
    assert.equal((await titles("approve", held.assetId)).code, 0);
    return ended(held, 1);
  };
  const refused = async (said: RegExp, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await titles(...args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, said);
  };

  before(async () => {
    stage = await openStage({ maxTitlePrice: "0.0001" });
    ({ platform } = stage);
    clip = await makeClip(stage.folder);
  });
  after(async () => {
    await stage.close();
  });

  it("a title dearer than the limit is held with its price, has no job, and is made once it is approved", async () => {
    const held = await upload("films/dear.mp4");
    assert.equal(held.state, "held");
    const { price, reason } = await show(held.videoId);
    assert.ok(price > 0.0001);
    assert.deepEqual(reason, {
      code: "price-limit",
      text: `making this title costs $${price.toFixed(4)}, the limit is $0.0001`,
    });
    assert.equal(await jobsOf(held), 0);
    await refused(
      /^✗ retry is refused · the title is held for its price: approve it → [^\n]+\n$/,
      "retry",
      held.videoId,
    );

    const approval = await titles("approve", held.videoId);
    assert.deepEqual(approval, { code: 0, stdout: "dear: attempt 1 is on its way\n", stderr: "" });
    const ready = await ended(held, 1);
    assert.equal(ready.state, "ready");
    assert.equal(ready.reason, undefined);
    assert.equal(await jobsOf(held), 1);
    assert.deepEqual(
      (await show(held.videoId)).history.map(({ state }) => state),
      ["claimed", "probed", "held", "submitted", "progressing", "ready"],
    );
    await eventually("the title in the catalogue", async () => {
      const reply = await fetch(`${platform.viewer}/api/titles/${held.videoId}`);
      return reply.ok;
    });
    assert.ok((await playThroughEdge(platform.viewer, held.videoId, ready.outputs?.hls ?? "")) >= 4);
    const again = /^✗ approve is refused · the title is ready, not held: there is no price to approve → [^\n]+\n$/;
    await refused(again, "approve", held.videoId);
    await refused(again, "approve", held.assetId);
    await refused(
      /^✗ retry is refused · the title is ready: there is nothing to try again → [^\n]+\n$/,
      "retry",
      held.videoId,
    );
    assert.equal(await jobsOf(held), 1);
  });

  it("two approvals at once make one job", async () => {
    const held = await upload("films/twice.mp4");
    const both = await Promise.all([titles("approve", held.assetId), titles("approve", held.assetId)]);
    assert.ok(both.some(({ code }) => code === 0));
    for (const { stderr } of both.filter(({ code }) => code !== 0))
      assert.match(stderr, /^✗ approve is refused · [^\n]+\n$/);
    assert.equal((await ended(held, 1)).state, "ready");
    assert.equal(await jobsOf(held), 1);
  });

  // What a person can take away and give back: the grants of the job's role.
  const causes: [action: string, name: string][] = [
    ["s3:PutObject", "may not write"],
    ["s3:GetObject", "may not read"],
  ];
  for (const [action, name] of sample("causes of a failure", causes, 1))
    it(`a job that ${name} fails with the service's code; a retry counts, and makes it ready once the cause is gone`, async () => {
      const giveBack = await takeAway(platform.cloud, output("jobRoleArn"), action);
      let failed: Asset;
      try {
        failed = await approved(`films/${name}.mp4`);
        assert.deepEqual([failed.state, failed.reason?.code, failed.attempt], ["failed", "transcoder-1401", 1]);
        assert.match(failed.reason?.text ?? "", new RegExp(action));
        const retry = await titles("retry", failed.videoId);
        assert.deepEqual(retry, { code: 0, stdout: `${name}: attempt 2 is on its way\n`, stderr: "" });
        const second = await ended(failed, 2);
        assert.deepEqual([second.state, second.reason?.code], ["failed", "transcoder-1401"]);
      } finally {
        await giveBack();
      }
      assert.equal((await titles("retry", failed.assetId)).code, 0);
      const third = await ended(failed, 3);
      assert.deepEqual([third.state, third.reason], ["ready", undefined]);
      const { attempts, history } = await show(failed.videoId);
      assert.equal(attempts, 3);
      assert.deepEqual(
        [1, 2, 3].map((attempt) => history.filter((entry) => entry.attempt === attempt).at(-1)?.state),
        ["failed", "failed", "ready"],
      );
      assert.match(history.find(({ state }) => state === "failed")?.note ?? "", /^transcoder-1401: /);
      assert.equal(await jobsOf(failed), 3);
      assert.ok(third.outputs);
      assert.ok((await playThroughEdge(platform.viewer, failed.videoId, third.outputs.hls)) >= 4);
    });

  it("what was rejected stays so, by its verdict; what is unknown is said to be", async () => {
    const rejected = await upload("films/notes.mp4", Buffer.from("not a film\n".repeat(100)));
    assert.equal(rejected.state, "rejected");
    await refused(/^✗ retry is refused · not a film: plain text → [^\n]+\n$/, "retry", rejected.assetId);
    await refused(/^✗ approve is refused · the title is rejected, not held/, "approve", rejected.assetId);
    for (const verb of ["retry", "approve"])
      await refused(/^✗ \w+ is refused · no title or asset has the id nobody → [^\n]+\n$/, verb, "nobody");
    assert.equal(await jobsOf(rejected), 0);
  });
});
