/** Processes of the running platform are killed, stopped and started while films are made: nothing is lost or doubled. */
import { strict as assert } from "node:assert";
import { newestUpload } from "../../local/launcher/titles.js";
import { isWhole, sample } from "../support/sample.js";
import { audit, settled } from "./support/audit.js";
import { openStage, type PartName, type Stage, until, uploadMany } from "./support/stage.js";

const UPLOADS = isWhole ? 50 : 15;
/** Seconds. */
const PATIENCE = isWhole ? 600 : 240;

interface Scenario {
  name: string;
  hurt(stage: Stage, keys: string[]): Promise<void>;
  /** What the launcher says of it; null: nothing. */
  says: RegExp | null;
}

/** Waits until a share of the films is ready, so that the blow falls in the middle. */
async function share(stage: Stage, keys: string[], part: number): Promise<void> {
  const wanted = Math.ceil(keys.length * part);
  await until(`${wanted} ready films`, PATIENCE, async () => {
    const assets = await Promise.all(keys.map((key) => newestUpload(stage.parts, key)));
    return assets.filter((asset) => asset?.state === "ready").length >= wanted;
  });
}

async function kill(stage: Stage, name: PartName, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  const pid = stage.pidOf(name);
  stage.signal(name, signal);
  await stage.replaced(name, pid);
}

/** Kills a part when two fifths of the films are ready. */
const killWhenUnderWay =
  (name: PartName, signal?: NodeJS.Signals): Scenario["hurt"] =>
  async (stage, keys) => {
    await share(stage, keys, 0.4);
    await kill(stage, name, signal);
  };

const killed = (name: PartName): RegExp => new RegExp(`${name} has ended by itself \\(signal SIGKILL\\): starting it`);

const SCENARIOS: Scenario[] = [
  {
    name: "the transcoder killed twice",
    says: killed("mediaconvert"),
    async hurt(stage, keys) {
      await share(stage, keys, 0.2);
      await kill(stage, "mediaconvert");
      await share(stage, keys, 0.5);
      await kill(stage, "mediaconvert");
    },
  },
  { name: "the worker killed", says: killed("worker"), hurt: killWhenUnderWay("worker") },
  {
    name: "the api killed",
    says: killed("api"),
    async hurt(stage, keys) {
      await killWhenUnderWay("api")(stage, keys);
      await until("an answer of the new api", 30, async () => {
        const reply = await fetch(`${stage.run.viewer}/api/titles`);
        return reply.ok;
      });
    },
  },
  { name: "the database killed", says: killed("database"), hurt: killWhenUnderWay("database") },
  {
    name: "the emulator stopped cleanly and started again",
    says: /MiniStack has ended by itself \(exit code 0\): starting it again\n/,
    async hurt(stage, keys) {
      await killWhenUnderWay("MiniStack", "SIGTERM")(stage, keys);
      await until("an answer of the new emulator", 60, async () => {
        const reply = await fetch(`${stage.run.aws.endpoint}/_ministack/ready`).catch(() => undefined);
        return reply?.ok;
      });
    },
  },
  {
    name: "the worker stopped for five seconds and woken",
    says: null,
    async hurt(stage, keys) {
      await share(stage, keys, 0.4);
      const pid = stage.pidOf("worker");
      stage.signal("worker", "SIGSTOP");
      await new Promise((done) => setTimeout(done, 5_000));
      stage.signal("worker", "SIGCONT");
      assert.equal(stage.pidOf("worker"), pid);
    },
  },
];

describe("crashes in the middle of uploads", () => {
  for (const { name, hurt, says } of sample("crashes", SCENARIOS, 1)) {
    it(`${name}: all ${UPLOADS} end ready, once`, async () => {
      const since = Date.now();
      const stage = await openStage();
      try {
        const keys = await uploadMany(stage, UPLOADS);
        await hurt(stage, keys);
        const figures = await audit(stage, keys, await settled(stage, keys, PATIENCE));
        const { stderr } = await stage.end();
        if (says) assert.match(stderr, says);
        else assert.doesNotMatch(stderr, /ended by itself/);
        console.log(`    ${JSON.stringify({ ...figures, seconds: Math.round((Date.now() - since) / 1000) })}`);
      } finally {
        await stage.close();
      }
    }).timeout(900_000);
  }
});
