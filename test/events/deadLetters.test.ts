/** Messages that nobody can read, and messages that failed: where they end, who is called, and how they come back. */
import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { DEAD_QUEUE_NAMES } from "../../cli/redrive";
import { MAX_RECEIVE_COUNT } from "../../contracts/queues";
import { runToEnd } from "../local/support/command";
import { takeAway } from "../local/support/grants";
import { eventually } from "../support/service";
import { type QueueName, type Stage, stage } from "./support/stage";

const JOB = {
  source: "aws.mediaconvert",
  "detail-type": "MediaConvert Job State Change",
  time: "2026-11-24T12:00:00Z",
};
const CREATED = { source: "aws.s3", "detail-type": "Object Created", time: "2026-11-24T12:00:00Z" };

interface Alarm {
  AlarmName: string;
  NewStateValue: string;
  Trigger: { Dimensions: unknown };
}

describe("dead letters", function () {
  this.timeout(180_000);
  let on: Stage;
  let inbox: string;
  before(async () => {
    on = await stage();
    inbox = await subscribe("criticalTopicArn");
    const { viewer, api, aws, record } = on.platform;
    writeFileSync(join(on.folder, "run.json"), JSON.stringify({ viewer, api, aws, outputs: record.outputs }));
  });

  /** A queue that hears what a topic says. */
  async function subscribe(topic: string): Promise<string> {
    const { queues, topics } = on.clients;
    const { QueueUrl = "" } = await queues.send(new CreateQueueCommand({ QueueName: `inbox-${randomUUID()}` }));
    const request = { QueueUrl, AttributeNames: ["QueueArn" as const] };
    const { Attributes } = await queues.send(new GetQueueAttributesCommand(request));
    const Principal = { Service: "sns.amazonaws.com" };
    const Statement = [{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: Attributes?.QueueArn }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const subscription = { TopicArn: on.output(topic), Protocol: "sqs", Endpoint: Attributes?.QueueArn };
    await topics.send(new SubscribeCommand(subscription));
    return QueueUrl;
  }

  const alarmOn = async (queue: QueueName) => {
    const { MetricAlarms = [] } = await on.clients.alarms.send(new DescribeAlarmsCommand({}));
    const name = on.deadUrl(queue).split("/").at(-1);
    const watching = MetricAlarms.filter(({ Dimensions = [] }) => Dimensions.some(({ Value }) => Value === name));
    assert.equal(watching.length, 1, `alarms on ${name}`);
    return watching[0] ?? assert.fail();
  };

  const heard = (alarm: string, state: string) =>
    eventually(
      `${alarm} tells of ${state}`,
      async () => {
        const request = { QueueUrl: inbox, MaxNumberOfMessages: 10, VisibilityTimeout: 1 };
        const { Messages = [] } = await on.clients.queues.send(new ReceiveMessageCommand(request));
        for (const { Body = "", ReceiptHandle } of Messages) {
          const said = JSON.parse((JSON.parse(Body) as { Message: string }).Message) as Alarm;
          if (said.AlarmName !== alarm || said.NewStateValue !== state) continue;
          await on.clients.queues.send(new DeleteMessageCommand({ QueueUrl: inbox, ReceiptHandle }));
          return said;
        }
        return undefined;
      },
      60,
    );

  const titles = async (...args: string[]) => {
    const { code, stdout, stderr } = await runToEnd("cli/titles.ts", args, { VOD_LOCAL: on.folder });
    return { code, stdout, stderr };
  };

  it("messages that nobody can read are dead within seconds, they alone, and the alarm calls", async () => {
    const bad: Record<"ingest" | "transcode-events" | "storyboard", string[]> = {
      ingest: [
        "not JSON",
        "{}",
        "null",
        '"s3:TestEvent"',
        JSON.stringify({ ...CREATED, detail: { bucket: {}, object: {} } }),
        JSON.stringify({ ...CREATED, detail: { bucket: { name: "x" }, object: { key: "k".repeat(1025) } } }),
        "x".repeat(1_000_000),
      ],
      "transcode-events": ["not JSON", "[]", JSON.stringify({ ...JOB, detail: { status: "COMPLETE" } })],
      storyboard: [JSON.stringify({ source: "vod.pipeline", "detail-type": "StoryboardRequested", detail: {} })],
    };
    const names = Object.keys(bad) as (keyof typeof bad)[];
    const before = on.transcoder.jobs.length;
    for (const name of names) for (const body of bad[name]) await on.send(name, body);
    for (const name of names) {
      const count = bad[name].length;
      const arrived = async (): Promise<boolean> => (await on.depth(on.deadUrl(name))) === count;
      await eventually(`${count} dead letters of ${name}`, arrived, 90);
    }
    await on.drained(...names);
    const alarm = await alarmOn("ingest");
    assert.deepEqual(
      [alarm.AlarmActions, alarm.OKActions],
      [[on.output("criticalTopicArn")], [on.output("criticalTopicArn")]],
    );
    assert.match(alarm.AlarmDescription ?? "", /npm run titles -- redrive ingest --stack dev/);
    await heard(alarm.AlarmName ?? "", "ALARM");
    assert.equal((await alarmOn("ingest")).StateValue, "ALARM");
    assert.equal((await alarmOn("catalogue")).StateValue, "OK");
    const brief = (bodies: string[]): string[] => bodies.map((body) => `${body.slice(0, 120)} ${body.length}`).sort();
    for (const name of names) assert.deepEqual(brief(await on.takeDead(name)), brief(bad[name]));
    await heard(alarm.AlarmName ?? "", "OK");
    assert.equal(on.transcoder.jobs.length, before);
  });

  it("every queue of work has a dead-letter queue, the program's number of tries, and an alarm with an action", async () => {
    for (const queue of ["ingest", "transcode-events", "storyboard", "catalogue"] as const) {
      const request = { QueueUrl: on.queueUrl(queue), AttributeNames: ["RedrivePolicy" as const] };
      const { Attributes } = await on.clients.queues.send(new GetQueueAttributesCommand(request));
      const policy = JSON.parse(Attributes?.RedrivePolicy ?? "") as Record<string, unknown>;
      assert.equal(policy.maxReceiveCount, MAX_RECEIVE_COUNT);
      assert.equal(String(policy.deadLetterTargetArn).split(":").at(-1), on.deadUrl(queue).split("/").at(-1));
      assert.equal((await alarmOn(queue)).AlarmActions?.length, 1);
    }
  });

  it("a message that failed for a cause outside it is processed after the cause is mended and it is sent back", async () => {
    const key = "Unread.mp4";
    const giveBack = await takeAway(on.platform.cloud, on.roleOf("ingest"), "s3:GetObject");
    try {
      await on.whilePaused("ingest", async () => {
        await on.upload(key);
        for (let tries = 1; tries < MAX_RECEIVE_COUNT; tries += 1) await on.peek("ingest", 1);
      });
      const dead = async (): Promise<boolean> => (await on.depth(on.deadUrl("ingest"))) === 1;
      await eventually("the dead letter", dead, 60);
    } finally {
      await giveBack();
    }
    const listed = await titles("redrive", "--json");
    const rows = JSON.parse(listed.stdout) as { queue: string; messages: number }[];
    assert.deepEqual(
      rows.map(({ queue, messages }) => [queue, messages]),
      DEAD_QUEUE_NAMES.map((queue) => [queue, queue === "ingest" ? 1 : 0]),
    );
    assert.deepEqual(await titles("redrive", "ingest"), {
      code: 0,
      stdout: "ingest: 1 message sent back\n",
      stderr: "",
    });
    const asset = await on.reached(key, "submitted");
    await on.drained("ingest");
    assert.equal(asset.attempt, 1);
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    assert.equal(await on.depth(on.deadUrl("ingest")), 0);
    await on.complete(on.jobOf(asset));
    await on.reached(key, "ready");
  });

  it("an event that reached no queue is sent to the one it was meant for; what was meant for none stays", async () => {
    const key = "Undelivered.mp4";
    const event = await on.eventOf(() => on.upload(key));
    const QueueUrl = on.output("undeliveredQueueUrl");
    const put = (body: unknown, arn: string): Promise<unknown> => {
      const MessageAttributes = { TARGET_ARN: { DataType: "String", StringValue: arn } };
      const message = { QueueUrl, MessageBody: JSON.stringify(body), MessageAttributes };
      return on.clients.queues.send(new SendMessageCommand(message));
    };
    const request = { QueueUrl: on.queueUrl("ingest"), AttributeNames: ["QueueArn" as const] };
    const { Attributes } = await on.clients.queues.send(new GetQueueAttributesCommand(request));
    await put(event, Attributes?.QueueArn ?? "");
    await put({}, `arn:aws:lambda:us-east-1:000000000000:function:${on.functionName("reconcile")}`);
    const { code, stdout } = await titles("redrive", "undelivered", "--json");
    assert.deepEqual([code, JSON.parse(stdout)], [0, { queue: "undelivered", moved: 1, left: 1 }]);
    await on.complete(on.jobOf(await on.reached(key, "submitted")));
    await on.reached(key, "ready");
    assert.equal(await on.depth(QueueUrl), 1);
    await on.purge(QueueUrl);
  });

  it("an unknown queue is refused in one line", async () => {
    const { code, stderr } = await titles("redrive", "films");
    assert.deepEqual(
      [code, stderr],
      [2, "✗ no such queue · films → one of ingest, transcode-events, storyboard, catalogue, undelivered\n"],
    );
  });
});
