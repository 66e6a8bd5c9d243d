import { strict as assert } from "node:assert";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { isWhole } from "../support/sample.js";
import { audit, settled } from "./support/audit.js";
import { isTaken } from "./support/others.js";
import { openStage, uploadMany } from "./support/stage.js";

const UPLOADS = isWhole ? 200 : 20;
/** CreateJob calls a second that are taken. */
const RATE = 2;

describe("many uploads at once, and a service that throttles CreateJob", () => {
  if (!isTaken("throttle")) return;
  it(`all ${UPLOADS} end ready, each with one job, none in a dead-letter queue`, async () => {
    const since = Date.now();
    const stage = await openStage({ env: { MEDIACONVERT_CREATE_JOB_RATE: String(RATE) } });
    try {
      const keys = await uploadMany(stage, UPLOADS);
      const assets = await settled(stage, keys, isWhole ? 1_500 : 240);
      const { events = [] } = await stage.cloud
        .in()
        .logs.send(new FilterLogEventsCommand({ logGroupName: "/vod/dev/ingest", filterPattern: "TooManyRequests" }));
      assert.ok(events.length > 0, "the service never throttled: the run shows nothing");
      const figures = await audit(stage, keys, assets);
      await stage.end();
      const seconds = Math.round((Date.now() - since) / 1000);
      console.log(`    ${JSON.stringify({ ...figures, throttled: events.length, seconds })}`);
    } finally {
      await stage.close();
    }
  }).timeout(1_800_000);
});
