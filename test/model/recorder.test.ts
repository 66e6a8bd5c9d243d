import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Recorder, type RecorderOptions } from "../../model/mocks";

const OPTIONS: RecorderOptions = { project: "vod", stack: "test", region: "us-east-1" };

class Pair extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  constructor(name: string) {
    super("vod:index:Pair", name, {});
    const bucket = new aws.s3.Bucket(`${name}-bucket`, {}, { parent: this, protect: true, ignoreChanges: ["tags"] });
    new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    this.arn = bucket.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

describe("recorder", () => {
  it("records URN, parent, options, dependencies and outputs as the engine forms them", async () => {
    const recorder = await Recorder.start(OPTIONS);
    const { arn } = new Pair("p");
    const { resources, outputs } = await recorder.finish({ arn });
    assert.deepEqual(
      resources.map(({ urn }) => urn),
      [
        "urn:pulumi:test::vod::vod:index:Pair::p",
        "urn:pulumi:test::vod::vod:index:Pair$aws:s3/bucket:Bucket::p-bucket",
        "urn:pulumi:test::vod::vod:index:Pair$aws:s3/bucketVersioning:BucketVersioning::p-versioning",
      ],
    );
    const [component, bucket, versioning] = resources;
    assert.match(String(bucket?.id), /^p-bucket-[0-9a-f]{7}$/);
    assert.equal(bucket?.outputs.arn, `arn:aws:s3:::${bucket?.id}`);
    assert.equal(bucket?.parent, component?.urn);
    assert.deepEqual(
      { ...bucket?.options, dependsOn: undefined },
      { protect: true, ignoreChanges: ["tags"], dependsOn: undefined },
    );
    assert.deepEqual(versioning?.options.propertyDependencies, { bucket: [bucket?.urn] });
    assert.equal(component?.custom, false);
    assert.equal(component?.id, null);
    assert.deepEqual(component?.outputs, { arn: bucket?.outputs.arn });
    assert.deepEqual(outputs, { arn: bucket?.outputs.arn });
  });

  it("gives the same names on every run, and others in another stack", async () => {
    const names = async (stack: string): Promise<unknown[]> => {
      const recorder = await Recorder.start({ ...OPTIONS, stack });
      new Pair("p");
      return (await recorder.finish()).resources.map(({ id }) => id);
    };
    assert.deepEqual(await names("test"), await names("test"));
    assert.notDeepEqual(await names("test"), await names("other"));
  });

  it("lets a hook really create a resource, and passes its outputs on", async () => {
    const recorder = await Recorder.start({
      ...OPTIONS,
      create: async ({ type }) =>
        type === "aws:sqs/queue:Queue"
          ? { id: "http://127.0.0.1/q", outputs: { url: "http://127.0.0.1/q" } }
          : undefined,
    });
    const queue = new aws.sqs.Queue("q", {});
    const { outputs } = await recorder.finish({ url: queue.url, arn: queue.arn });
    assert.equal(outputs.url, "http://127.0.0.1/q");
    assert.match(String(outputs.arn), /^arn:aws:sqs:us-east-1:000000000000:q-[0-9a-f]{7}$/);
  });

  it("opens secrets for readers and names the inputs that held them", async () => {
    const recorder = await Recorder.start(OPTIONS);
    new aws.sqs.Queue("q", { name: pulumi.secret("hush"), delaySeconds: 1 });
    const [queue] = (await recorder.finish()).resources;
    assert.deepEqual(queue?.inputs, { name: "hush", delaySeconds: 1 });
    assert.deepEqual(queue?.secrets, ["name"]);
  });

  it("forms the URN of a grandchild from all its ancestors, as the engine does", async () => {
    const recorder = await Recorder.start(OPTIONS);
    const outer = new pulumi.ComponentResource("vod:index:Outer", "o", {});
    const inner = new pulumi.ComponentResource("vod:index:Inner", "i", {}, { parent: outer });
    const queue = new aws.sqs.Queue("q", {}, { parent: inner });
    const { resources, outputs } = await recorder.finish({ urn: queue.urn });
    const urn = "urn:pulumi:test::vod::vod:index:Outer$vod:index:Inner$aws:sqs/queue:Queue::q";
    assert.equal(outputs.urn, urn);
    assert.deepEqual(
      resources.map((resource) => [resource.name, resource.parent?.split("::").pop() ?? null]),
      [
        ["o", null],
        ["i", "o"],
        ["q", "i"],
      ],
    );
    assert.equal(resources[2]?.urn, urn);
  });

  it("records an archive as plain data", async () => {
    const recorder = await Recorder.start(OPTIONS);
    new aws.lambda.Function("f", { role: "r", code: new pulumi.asset.FileArchive(".local/build/handlers/track") });
    const [fn] = (await recorder.finish()).resources;
    assert.deepEqual(fn?.inputs, { role: "r", code: { archive: ".local/build/handlers/track" } });
    assert.deepEqual(fn?.outputs.code, { archive: ".local/build/handlers/track" });
  });

  /** Mocha itself fails a test on a rejection that nobody handles: it must look away to see what the recorder does. */
  async function unwatched(check: () => Promise<void>): Promise<void> {
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      await check();
    } finally {
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  }
  const boom = (): never => {
    throw new Error("boom");
  };

  it("counts what is thrown in an apply that nobody waits for as a fault", () =>
    unwatched(async () => {
      const recorder = await Recorder.start(OPTIONS);
      const queue = new aws.sqs.Queue("q", {});
      queue.arn.apply(boom);
      await assert.rejects(recorder.finish(), { message: "boom" });
      assert.equal(process.listenerCount("unhandledRejection"), 0, "the recorder no longer listens");
    }));

  it("tells a fault once, however many resources waited for it", () =>
    unwatched(async () => {
      const recorder = await Recorder.start(OPTIONS);
      const queue = new aws.sqs.Queue("q", {});
      let last = new aws.sqs.Queue("q0", { name: queue.arn.apply(boom) });
      for (const name of ["q1", "q2", "q3"]) last = new aws.sqs.Queue(name, { name: last.name });
      await assert.rejects(recorder.finish({ arn: last.arn }), (error: Error) => {
        assert.deepEqual(error.message.split("\n").length, 1);
        assert.match(error.message, /boom$/);
        return true;
      });
    }));

  const refused: [string, () => void, RegExp][] = [
    [
      "a URN used twice",
      () => void [new aws.sqs.Queue("q", {}), new aws.sqs.Queue("q", {})],
      /Queue::q is registered twice/,
    ],
    [
      "the text of an output that nobody gave",
      () =>
        void new aws.sqs.Queue("q", {
          policy: pulumi.interpolate`${new aws.sqs.Queue("o", {}).id}/${undefined as unknown as string}`,
        }),
      /::q: the input policy holds the text "undefined"/,
    ],
    [
      "a hole in a list",
      () =>
        void new aws.s3.BucketPolicy("b", {
          bucket: "x",
          policy: { Version: "2012-10-17", Statement: [undefined as never] },
        }),
      /::b: the input policy\.Statement\.0 has no value → leave it out/,
    ],
    [
      "a type that is not modelled",
      () => void new aws.ec2.Instance("v", {}),
      /aws:ec2\/instance:Instance is not modelled → add its behaviour/,
    ],
  ];
  for (const [what, program, message] of refused) {
    it(`refuses ${what}`, async () => {
      const recorder = await Recorder.start(OPTIONS);
      program();
      await assert.rejects(recorder.finish(), message);
    });
  }

  it("refuses a function that is not modelled", async () => {
    const recorder = await Recorder.start(OPTIONS);
    await assert.rejects(aws.ec2.getVpc({ id: "vpc-1" }));
    await assert.rejects(recorder.finish(), /function aws:ec2\/getVpc:getVpc is not modelled → add its answer/);
  });
});
