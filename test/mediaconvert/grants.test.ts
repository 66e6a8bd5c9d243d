import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CreateRoleCommand, DeleteUserPolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CancelJobCommand,
  CreateJobCommand,
  CreateQueueCommand,
  GetJobCommand,
  GetQueueCommand,
  ListJobsCommand,
  MediaConvertClient,
  ProbeCommand,
} from "@aws-sdk/client-mediaconvert";
import { zipSync } from "fflate";
import { Passage } from "../../local/cloud/passage";
import { functionKey } from "../../local/mediaconvert/grants";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { allow, ended, INGEST, MEDIA, Platform, QUEUE_ARN, SAMPLE } from "./platform";
import { encodedJob, SOURCE } from "./settings";

const FOR_MEDIACONVERT = { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } };
const denied = (action: string) => (error: Error) =>
  error.name === "AccessDeniedException" &&
  error.message.includes(`is not authorized to perform: ${action} on resource: `);

describe("grants", function () {
  this.timeout(60_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };
  const video = { ...SOURCE.video, width: 128, height: 72 };
  const job = (assetId: string, roleArn = platform.roleArn) =>
    encodedJob({ ...SOURCE, video, audio: [] }, { assetId, place: { roleArn, mediaKeyArn: platform.keyArn } });
  const probe = new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${INGEST}/film.mp4` }] });

  before(async () => {
    platform = await Platform.start();
    server = await platform.mediaConvert("grants");
    await platform.put("film.mp4", readFileSync(SAMPLE));
  });
  after(async () => {
    await server.close();
    await platform.stop();
  });

  const create = () => allow(["mediaconvert:CreateJob"], [QUEUE_ARN]);
  const pass = (condition: unknown = FOR_MEDIACONVERT) => allow(["iam:PassRole"], [platform.roleArn], condition);

  it("let a caller with exactly the handlers' grants do what they do", async () => {
    const client = await platform.clientOf(
      "ingest",
      [create(), pass(), allow(["mediaconvert:Probe"], ["*"]), allow(["s3:GetObject"], [`arn:aws:s3:::${INGEST}/*`])],
      server.url,
    );
    assert.equal((await client.send(probe)).ProbeResults?.[0]?.Container?.Format, "mp4");
    const made = await client.send(new CreateJobCommand(job("granted")));
    await assert.rejects(client.send(new GetJobCommand({ Id: made.Job?.Id })), denied("mediaconvert:GetJob"));
    await assert.rejects(client.send(new CancelJobCommand({ Id: made.Job?.Id })), denied("mediaconvert:CancelJob"));
    await assert.rejects(client.send(new ListJobsCommand({})), denied("mediaconvert:ListJobs"));
    await assert.rejects(client.send(new GetQueueCommand({ Name: "Default" })), denied("mediaconvert:GetQueue"));
    await assert.rejects(client.send(new CreateQueueCommand({ Name: "mine" })), denied("mediaconvert:CreateQueue"));
    assert.equal((await ended(server.client, made.Job?.Id)).Status, "COMPLETE");
  });

  const missing: [string, () => ReturnType<typeof allow>[], string][] = [
    ["CreateJob on another queue only", () => [allow(["mediaconvert:CreateJob"], [`${QUEUE_ARN}2`]), pass()], "mediaconvert:CreateJob"],
    ["no PassRole", () => [create()], "iam:PassRole"],
    ["PassRole for another role", () => [create(), allow(["iam:PassRole"], [`${platform.roleArn}-2`])], "iam:PassRole"],
    ["PassRole for another service", () => [create(), pass({ StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } })], "iam:PassRole"],
  ]; // prettier-ignore
  for (const [what, statements, action] of missing) {
    it(`refuse CreateJob with ${what}`, async () => {
      const client = await platform.clientOf(what.replace(/\W/g, "-"), statements(), server.url);
      await assert.rejects(client.send(new CreateJobCommand(job("refused"))), denied(action));
    });
  }

  it("refuse a probe of what the caller may not read, and any probe without its own grant", async () => {
    const mayProbe = allow(["mediaconvert:Probe"], ["*"]);
    const prober = await platform.clientOf("prober", [mayProbe], server.url);
    await assert.rejects(prober.send(probe), denied("s3:GetObject"));
    const reader = await platform.clientOf("reader", [allow(["s3:GetObject"], ["*"])], server.url);
    await assert.rejects(reader.send(probe), denied("mediaconvert:Probe"));
  });

  it("count at once when they are taken away", async () => {
    const client = await platform.clientOf("leaver", [allow(["mediaconvert:ListJobs"], ["*"])], server.url);
    await client.send(new ListJobsCommand({ Queue: "Default" }));
    await platform.iam.send(new DeleteUserPolicyCommand({ UserName: "leaver", PolicyName: "grants" }));
    await assert.rejects(client.send(new ListJobsCommand({ Queue: "Default" })), denied("mediaconvert:ListJobs"));
  });

  /** A function with a role of its own, and MediaConvert's client as its code has it. */
  async function functionClient(name: string, subnets: string[], ...grants: ReturnType<typeof allow>[]) {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const input = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) };
    const roleArn = (await platform.iam.send(new CreateRoleCommand(input))).Role?.Arn ?? "";
    const lambda = new LambdaClient({
      endpoint: platform.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: roleArn,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.mjs": Buffer.from("export const handler = () => {};") }) },
        VpcConfig: { SubnetIds: subnets, SecurityGroupIds: [] },
      }),
    );
    lambda.destroy();
    await grant(name, ...grants);
    const credentials = {
      accessKeyId: functionKey(FunctionArn ?? "", roleArn),
      secretAccessKey: "x",
      sessionToken: "x",
    };
    const client = new MediaConvertClient({ endpoint: server.url, region: "us-east-1", credentials, maxAttempts: 1 });
    return { client, roleArn };
  }
  async function grant(RoleName: string, ...Statement: ReturnType<typeof allow>[]): Promise<void> {
    if (Statement.length === 0) return;
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await platform.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "grants", PolicyDocument }));
  }
  const list = () => new ListJobsCommand({});

  it("of a function are those of its role", async () => {
    const { client, roleArn } = await functionClient("track", []);
    await assert.rejects(
      client.send(list()),
      (error: Error) => denied("mediaconvert:ListJobs")(error) && error.message.includes(roleArn),
    );
    await grant("track", allow(["mediaconvert:ListJobs"], ["*"]));
    await client.send(list());
  });

  describe("by the VPC's endpoint", () => {
    const ENDPOINT = "vpce-0123456789abcdef0";
    const byEndpoint = allow(["mediaconvert:ListJobs"], ["*"], { StringEquals: { "aws:SourceVpce": ENDPOINT } });
    const passage = (...arns: string[]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...allow(["mediaconvert:ListJobs"], ["*"]), Principal: { AWS: arns } }],
      });
    const passages = (): Passage => new Passage(server.url);

    it("count for a function in the VPC, and not for one outside it or for a user", async () => {
      const inside = await functionClient("inside", ["subnet-1"], byEndpoint);
      await assert.rejects(inside.client.send(list()), denied("mediaconvert:ListJobs"));
      await passages().put({ id: ENDPOINT, policy: passage("arn:aws:iam::000000000000:root") });
      await inside.client.send(list());
      const outside = await functionClient("outside", [], byEndpoint);
      await assert.rejects(outside.client.send(list()), denied("mediaconvert:ListJobs"));
      const user = await platform.clientOf("somebody", [byEndpoint], server.url);
      await assert.rejects(user.send(list()), denied("mediaconvert:ListJobs"));
    });

    it("are those that its policy lets pass too", async () => {
      const named = await functionClient("named", ["subnet-1"], byEndpoint, allow(["mediaconvert:GetQueue"], ["*"]));
      const unnamed = await functionClient("unnamed", ["subnet-1"], byEndpoint);
      await passages().put({ id: ENDPOINT, policy: passage(named.roleArn) });
      await named.client.send(list());
      const stopped = (error: Error): boolean =>
        /because no VPC endpoint policy of vpce-0123456789abcdef0/.test(error.message);
      await assert.rejects(unnamed.client.send(list()), stopped);
      await assert.rejects(named.client.send(new GetQueueCommand({ Name: "Default" })), stopped);
      await passages().put({ id: "vpce-0fedcba9876543210", policy: passage(named.roleArn) });
      await assert.rejects(named.client.send(list()), /because no policy allows it/);
    });

    it("are set by the root alone, and must be an endpoint's", async () => {
      const body = JSON.stringify({ id: ENDPOINT, policy: passage("*") });
      const authorization = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ec2/aws4_request";
      const reply = await fetch(`${server.url}/endpoint`, { method: "PUT", body, headers: { authorization } });
      assert.equal(reply.status, 403);
      await assert.rejects(passages().put({ id: "eni-1", policy: passage("*") }), /\/id: eni-1 is no endpoint's id/);
      await assert.rejects(passages().put({ id: ENDPOINT, policy: "[]" }), /\/policy: is no policy document/);
    });
  });

  describe("of the job's role", () => {
    const read = () => allow(["s3:GetObject"], [`arn:aws:s3:::${INGEST}/*`]);
    const key = () => allow(["kms:Decrypt", "kms:GenerateDataKey"], [platform.keyArn]);
    const write = (prefix: string) => allow(["s3:PutObject"], [`arn:aws:s3:::${MEDIA}/${prefix}/*`]);
    const cases: [string, () => ReturnType<typeof allow>[], number, RegExp][] = [
      ["that may not read the source", () => [write("*"), key()], 1401, /^Unable to read s3:\/\/ingest-bucket\/film\.mp4/],
      ["that may write the media only", () => [read(), write("media"), key()], 1401, /^Unable to write s3:\/\/media-bucket\/captures\//],
    ]; // prettier-ignore
    for (const [what, statements, code, message] of cases) {
      it(`end a job in ${code} ${what}`, async () => {
        const roleArn = await platform.role(what.replace(/\W/g, "-"), statements());
        const { Job: made } = await server.client.send(
          new CreateJobCommand(job(what.slice(-9).replace(/\W/g, ""), roleArn)),
        );
        const end = await ended(server.client, made?.Id);
        assert.deepEqual([end.Status, end.ErrorCode], ["ERROR", code], end.ErrorMessage);
        assert.match(end.ErrorMessage ?? "", message);
      });
    }

    it("end a job in 1433 when there is no such role, and in 1434 when it does not trust the service", async () => {
      const nobody = await server.client.send(new CreateJobCommand(job("nobody", `${platform.roleArn}-none`)));
      const missingRole = await ended(server.client, nobody.Job?.Id);
      assert.deepEqual([missingRole.Status, missingRole.ErrorCode], ["ERROR", 1433], missingRole.ErrorMessage);
      const trust = {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:user/x" }, Action: "sts:AssumeRole" },
        ],
      };
      const input = { RoleName: "closed", AssumeRolePolicyDocument: JSON.stringify(trust) };
      const { Role } = await platform.iam.send(new CreateRoleCommand(input));
      const made = await server.client.send(new CreateJobCommand(job("closed", Role?.Arn)));
      const closed = await ended(server.client, made.Job?.Id);
      assert.deepEqual([closed.Status, closed.ErrorCode], ["ERROR", 1434], closed.ErrorMessage);
    });
  });
});
