/** The service's refusals, over HTTP, as the unchanged SDK's own exception classes. No job is made, so no emulator runs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-mediaconvert";
import { type MediaConvert, startMediaConvert } from "../../local/mediaconvert/server";
import { encodedJob } from "./settings";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const ABSENT = Symbol("left out");
type Json = Record<string, unknown>;

/** `body` with `value` at `pointer` ("settings/inputs/0/fileInput"; members' names as on the wire). */
function patch(body: Json, pointer: string, value: unknown): void {
  const steps = pointer.split("/");
  const last = steps.pop() ?? "";
  const parent = steps.reduce<Json>((at, step) => at[step] as Json, body);
  if (value === ABSENT) delete parent[last];
  else parent[last] = value;
}

/** The SDK's client as it is, but for the body of its requests: it would not send what its types forbid. */
function clientSending(url: string, change: (body: Json) => void): sdk.MediaConvertClient {
  const client = new sdk.MediaConvertClient({
    endpoint: url,
    region: "us-east-1",
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  type Middleware = Parameters<typeof client.middlewareStack.addRelativeTo>[0];
  const changing: Middleware = (next: (args: never) => unknown) => (args: unknown) => {
    const { request } = args as { request: { body: Uint8Array | string } };
    const body = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as Json;
    change(body);
    request.body = JSON.stringify(body);
    return next(args as never) as never;
  };
  const place = { relation: "after", toMiddleware: "serializerMiddleware", name: "changeBody" } as const;
  client.middlewareStack.addRelativeTo(changing, place);
  return client;
}

const CMAF = "settings/outputGroups/0/outputGroupSettings/cmafGroupSettings";
const RUNG = "settings/outputGroups/0/outputs/0";
const VIDEO = `${RUNG}/videoDescription`;
const H264 = `${VIDEO}/codecSettings/h264Settings`;
const SOUND = "settings/outputGroups/0/outputs/3";
const AAC = `${SOUND}/audioDescriptions/0/codecSettings/aacSettings`;
const FRAMES = "settings/outputGroups/1/outputs/0";
const CAPTURE = `${FRAMES}/videoDescription/codecSettings/frameCaptureSettings`;
const INPUT = "settings/inputs/0";
const TYPE = "settings/outputGroups/0/outputGroupSettings/type";
const ROLE = "arn:aws:iam::000000000000:role/job";

/** Where in the job, what stands there instead, and the field that the message must begin with (default: that place). */
type Refusal = [what: string, pointer: string, value: unknown, named?: string];

// prettier-ignore
const REFUSALS: Refusal[] = [
  ["no role", "role", ABSENT, "/: 'role'"],
  ["a role that is a name", "role", "admin", "/role"],
  ["a role of no account", "role", "arn:aws:iam::role/job", "/role"],
  ["a role that is a user", "role", "arn:aws:iam::000000000000:user/job", "/role"],
  ["no settings", "settings", ABSENT, "/: 'settings'"],
  ["settings that are a list", "settings", [], "/settings"],
  ["an unknown field of the request", "color", "red", "/: unexpected property 'color'"],
  ["an unknown field of the settings", "settings/color", "red", "/settings: unexpected property 'color'"],
  ["an unknown field eight levels down", `${H264}/qvbrSettings/qvbrLevel`, 7, "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/qvbrSettings: unexpected property 'qvbrLevel'"],
  ["a field of another case", `${VIDEO}/Width`, 640, "/outputGroups/0/outputs/0/videoDescription: unexpected property 'Width'"],
  ["an unknown queue", "queue", "nobody"],
  ["a queue of another region", "queue", "arn:aws:mediaconvert:eu-west-1:000000000000:queues/Default"],
  ["a priority above 50", "priority", 51],
  ["a priority below -50", "priority", -51],
  ["half a priority", "priority", 1.5],
  ["a status interval of its own", "statusUpdateInterval", "SECONDS_7"],
  ["a token of 65 characters", "clientRequestToken", "x".repeat(65)],
  ["a token with an accent", "clientRequestToken", "é"],
  ["an acceleration that is none", "accelerationSettings/mode", "FASTER"],
  ["metadata that is a list", "userMetadata", ["a"]],
  ["metadata with a number", "userMetadata/attempt", 1],
  ["metadata with an ampersand", "userMetadata/name", "test&.mp4"],
  ["metadata of 257 characters", "userMetadata/name", "x".repeat(257)],
  ["metadata without a key", "userMetadata", { "": "x" }, "/userMetadata: key \"\""],
  ["eleven metadata", "userMetadata", Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`k${at}`, "v"]))],
  ["no inputs", "settings/inputs", [], "/inputs"],
  ["inputs that are one", "settings/inputs", {}, "/inputs"],
  ["an input without a file", `${INPUT}/fileInput`, ABSENT, "/inputs/0: 'fileInput'"],
  ["an input on the disk", `${INPUT}/fileInput`, "file:///etc/passwd"],
  ["an input by FTP", `${INPUT}/fileInput`, "ftp://example.com/film.mp4"],
  ["an input without a bucket", `${INPUT}/fileInput`, "s3:///film.mp4"],
  ["an input without a key", `${INPUT}/fileInput`, "s3://ingest-bucket"],
  ["a rotation of 45 degrees", `${INPUT}/videoSelector`, { rotate: "DEGREES_45" }, "/inputs/0/videoSelector/rotate"],
  ["an audio track 0", `${INPUT}/audioSelectors/Audio Selector 1/tracks`, [0], "/inputs/0/audioSelectors/Audio Selector 1/tracks/0"],
  ["a language that is none", `${INPUT}/audioSelectors/Audio Selector 1/languageCode`, "SPANISH"],
  ["no output groups", "settings/outputGroups", [], "/outputGroups"],
  ["an output group without a type", TYPE, ABSENT, "/outputGroups/0/outputGroupSettings: 'type'"],
  ["an output group of an unknown type", TYPE, "CMAF"],
  ["a type whose settings are missing", CMAF, ABSENT, "/outputGroups/0/outputGroupSettings/cmafGroupSettings"],
  ["an output group without outputs", "settings/outputGroups/0/outputs", [], "/outputGroups/0/outputs"],
  ["no destination", `${CMAF}/destination`, ABSENT, "/outputGroups/0/outputGroupSettings/cmafGroupSettings: 'destination'"],
  ["a destination on the disk", `${CMAF}/destination`, "/tmp/out"],
  ["a destination by HTTP", `${CMAF}/destination`, "https://media-bucket.s3.amazonaws.com/out"],
  ["a destination without a bucket", `${CMAF}/destination`, "s3:///out"],
  ["a destination that is the captures' too", `${CMAF}/destination`, "s3://media-bucket/captures/video/asset/frame", "/outputGroups/1"],
  ["a key that is no ARN", `${CMAF}/destinationSettings/s3Settings/encryption/kmsKeyArn`, "alias/media"],
  ["an encryption that is none", `${CMAF}/destinationSettings/s3Settings/encryption/encryptionType`, "NONE"],
  ["segments of no length", `${CMAF}/segmentLength`, 0],
  ["segments of a half second", `${CMAF}/segmentLength`, 0.5],
  ["segments longer than their fragments", `${CMAF}/fragmentLength`, 7],
  ["a length as text", `${CMAF}/segmentLength`, "6"],
  ["no container settings", `${RUNG}/containerSettings`, ABSENT, "/outputGroups/0/outputs/0: 'containerSettings'"],
  ["no container", `${RUNG}/containerSettings/container`, ABSENT, "/outputGroups/0/outputs/0/containerSettings: 'container'"],
  ["CMAF in MPD", `${RUNG}/containerSettings/container`, "MPD"],
  ["CMAF in a transport stream", `${RUNG}/containerSettings/container`, "M2TS"],
  ["CMAF in M3U8", `${RUNG}/containerSettings/container`, "M3U8"],
  ["CMAF in MP4", `${RUNG}/containerSettings/container`, "MP4"],
  ["an HLS group with fMP4", TYPE, "HLS_GROUP_SETTINGS", "/outputGroups/0/outputs/0/containerSettings/container: should be one of M3U8, RAW"],
  ["a Smooth Streaming group with fMP4", TYPE, "MS_SMOOTH_GROUP_SETTINGS", "/outputGroups/0/outputs/0/containerSettings/container: should be one of ISMV"],
  ["a DASH group with M3U8", "settings/outputGroups/1", { outputGroupSettings: { type: "DASH_ISO_GROUP_SETTINGS" }, outputs: [{ containerSettings: { container: "M3U8" } }] }, "/outputGroups/1/outputs/0/containerSettings/container: should be one of MPD, CMFC"],
  ["files with CMAF's container", `${FRAMES}/containerSettings/container`, "CMFC"],
  ["ProRes in CMAF", `${VIDEO}/codecSettings`, { codec: "PRORES", proresSettings: {} }, "/outputGroups/0/outputs/0/videoDescription/codecSettings/codec"],
  ["MPEG-2 in CMAF", `${VIDEO}/codecSettings/codec`, "MPEG2"],
  ["VP8 in CMAF", `${VIDEO}/codecSettings/codec`, "VP8"],
  ["captures in CMAF", `${VIDEO}/codecSettings/codec`, "FRAME_CAPTURE"],
  ["a codec that is none", `${VIDEO}/codecSettings/codec`, "H264"],
  ["Opus in CMAF", `${SOUND}/audioDescriptions/0/codecSettings/codec`, "OPUS"],
  ["MP3 in CMAF", `${SOUND}/audioDescriptions/0/codecSettings/codec`, "MP3"],
  ["two outputs of one modifier", "settings/outputGroups/0/outputs/1/nameModifier", "_720p"],
  ["an output without modifier among others", "settings/outputGroups/0/outputs/1/nameModifier", ABSENT, "/outputGroups/0/outputs/1/nameModifier"],
  ["an empty modifier", "settings/outputGroups/0/outputs/1/nameModifier", ""],
  ["a modifier of 257 characters", "settings/outputGroups/0/outputs/1/nameModifier", "x".repeat(257)],
  ["an odd width", `${VIDEO}/width`, 1281],
  ["an odd height", `${VIDEO}/height`, 719],
  ["a width of 30", `${VIDEO}/width`, 30],
  ["a height of 8194", `${VIDEO}/height`, 8194],
  ["QVBR without its maximum", `${H264}/maxBitrate`, ABSENT, "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/maxBitrate"],
  ["a maximum of 999", `${H264}/maxBitrate`, 999],
  ["a maximum above 1152 Mb/s", `${H264}/maxBitrate`, 1_152_000_001],
  ["a quality of 0", `${H264}/qvbrSettings/qvbrQualityLevel`, 0],
  ["a quality of 11", `${H264}/qvbrSettings/qvbrQualityLevel`, 11],
  ["a quality of 7.5", `${H264}/qvbrSettings/qvbrQualityLevel`, 7.5],
  ["a fine tune of 1", `${H264}/qvbrSettings/qvbrQualityLevelFineTune`, 1],
  ["CBR without a bitrate", `${H264}/rateControlMode`, "CBR", "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/bitrate"],
  ["VBR without a bitrate", `${H264}/rateControlMode`, "VBR", "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/bitrate"],
  ["QVBR's level without its mode", `${H264}/rateControlMode`, ABSENT, "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings/qvbrSettings"],
  ["a GOP of 0", `${H264}/gopSize`, 0],
  ["a GOP below 0", `${H264}/gopSize`, -1],
  ["a GOP of 2.5 pictures", `${H264}/gopSize`, 2.5],
  ["rungs of unequal GOP", "settings/outputGroups/0/outputs/1/videoDescription/codecSettings/h264Settings/gopSize", 25, "/outputGroups/0: outputs with different GOP"],
  ["eight B-frames", `${H264}/numberBFramesBetweenReferenceFrames`, 8],
  ["no reference pictures", `${H264}/numberReferenceFrames`, 0],
  ["a frame rate of n/0", `${H264}/framerateDenominator`, 0],
  ["a frame rate without its numerator", `${H264}/framerateNumerator`, ABSENT, "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings: framerateNumerator"],
  ["a pixel aspect without its numerator", `${H264}/parNumerator`, ABSENT, "/outputGroups/0/outputs/0/videoDescription/codecSettings/h264Settings: parNumerator"],
  ["an audio source that no selector has", `${SOUND}/audioDescriptions/0/audioSourceName`, "Audio Selector 9"],
  ["an AAC bitrate of 100 kb/s", `${AAC}/bitrate`, 100_000],
  ["an AAC bitrate above 1024 kb/s", `${AAC}/bitrate`, 1_024_001],
  ["a sample rate of 47 kHz", `${AAC}/sampleRate`, 47_000],
  ["captures of quality 0", `${CAPTURE}/quality`, 0],
  ["captures of quality 101", `${CAPTURE}/quality`, 101],
  ["no captures at all", `${CAPTURE}/maxCaptures`, 0],
  ["captures without a rate", `${CAPTURE}/framerateNumerator`, ABSENT, "/outputGroups/1/outputs/0/videoDescription/codecSettings/frameCaptureSettings: framerateNumerator"],
];

describe("refusals, as the SDK's own exceptions", function () {
  this.timeout(20_000);
  let server: MediaConvert;
  let directory: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "vod-refusals-"));
    const cloud = {
      endpoint: "http://127.0.0.1:9",
      region: "us-east-1",
      account: "000000000000",
      rootKey: CREDENTIALS,
    };
    const tools = { ffmpeg: "/nowhere/ffmpeg", ffprobe: "/nowhere/ffprobe" };
    server = await startMediaConvert({ cloud, tools, directory, createJobRate: 200 });
  });
  after(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const plain = (url = server.url, maxAttempts = 1) =>
    new sdk.MediaConvertClient({ endpoint: url, region: "us-east-1", credentials: CREDENTIALS, maxAttempts });

  it("are many, and no two of them the same", () => {
    assert.ok(REFUSALS.length >= 60, String(REFUSALS.length));
    assert.equal(new Set(REFUSALS.map(([what]) => what)).size, REFUSALS.length);
  });

  for (const [what, pointer, value, named = `/${pointer.replace(/^settings\//, "")}`] of REFUSALS) {
    it(`${what}: 400, naming ${named.length > 60 ? "the field" : named}`, async () => {
      const client = clientSending(server.url, (body) => patch(body, pointer, value));
      await assert.rejects(client.send(new sdk.CreateJobCommand(encodedJob())), (error: unknown) => {
        assert.ok(error instanceof sdk.BadRequestException, String(error));
        assert.equal(error.$metadata.httpStatusCode, 400);
        assert.ok(error.message.startsWith(named), error.message);
        return true;
      });
      client.destroy();
    });
  }

  it("made no job", async () => assert.deepEqual((await plain().send(new sdk.ListJobsCommand({}))).Jobs, []));

  type Call = (client: sdk.MediaConvertClient) => Promise<unknown>;
  type Exception = new (...args: never[]) => sdk.MediaConvertServiceException;
  const others: [string, Call, Exception, number, RegExp][] = [
    ["a job that is not there", (client) => client.send(new sdk.GetJobCommand({ Id: "1-abc" })), sdk.NotFoundException, 404, /1-abc/],
    ["to cancel a job that is not there", (client) => client.send(new sdk.CancelJobCommand({ Id: "1-abc" })), sdk.NotFoundException, 404, /1-abc/],
    ["a queue that is not there", (client) => client.send(new sdk.GetQueueCommand({ Name: "nobody" })), sdk.NotFoundException, 404, /nobody/],
    ["to pause a queue that is not there", (client) => client.send(new sdk.UpdateQueueCommand({ Name: "nobody" })), sdk.NotFoundException, 404, /nobody/],
    ["jobs of a queue that is not there", (client) => client.send(new sdk.ListJobsCommand({ Queue: "nobody" })), sdk.NotFoundException, 404, /nobody/],
    ["a template that is not there", (client) => client.send(new sdk.GetJobTemplateCommand({ Name: "nobody" })), sdk.NotFoundException, 404, /nobody/],
    ["a list of 21 jobs", (client) => client.send(new sdk.ListJobsCommand({ MaxResults: 21 })), sdk.BadRequestException, 400, /^\/maxResults: should not be greater than 20, but is 21$/],
    ["a list of an unknown status", (client) => client.send(new sdk.ListJobsCommand({ Status: "DONE" as "COMPLETE" })), sdk.BadRequestException, 400, /^\/status: should be one of SUBMITTED/],
    ["a list from nowhere", (client) => client.send(new sdk.ListJobsCommand({ NextToken: "5" })), sdk.BadRequestException, 400, /^\/nextToken: "5" was not given/],
    ["a queue that is there", (client) => client.send(new sdk.CreateQueueCommand({ Name: "Default" })), sdk.ConflictException, 409, /Default/],
    ["a queue for no jobs", (client) => client.send(new sdk.UpdateQueueCommand({ Name: "Default", ConcurrentJobs: 0 })), sdk.BadRequestException, 400, /^\/concurrentJobs/],
  ]; // prettier-ignore
  for (const [what, call, type, status, message] of others) {
    it(`${what}: ${status}`, async () => {
      const client = plain();
      await assert.rejects(call(client), (error: unknown) => {
        assert.ok(error instanceof type, String(error));
        assert.equal(error.$metadata.httpStatusCode, status);
        assert.match(error.message, message);
        return true;
      });
      client.destroy();
    });
  }

  it("a CreateJob beyond the rate: 429, once the SDK has spent its own tries", async () => {
    const folder = join(directory, "slow");
    const cloud = {
      endpoint: "http://127.0.0.1:9",
      region: "us-east-1",
      account: "000000000000",
      rootKey: CREDENTIALS,
    };
    const slow = await startMediaConvert({
      ...{ cloud, tools: { ffmpeg: "", ffprobe: "" }, directory: folder },
      createJobRate: 1,
    });
    const once = clientSending(slow.url, (body) => patch(body, "role", ROLE));
    const queue = new sdk.UpdateQueueCommand({ Name: "Default", Status: "PAUSED" });
    const patient = (maxAttempts: number) => plain(slow.url, maxAttempts);
    await patient(1).send(queue);
    assert.ok((await once.send(new sdk.CreateJobCommand(encodedJob()))).Job?.Id);
    const second = once.send(new sdk.CreateJobCommand({ ...encodedJob(), ClientRequestToken: "second" }));
    await assert.rejects(second, (error: unknown) => {
      assert.ok(error instanceof sdk.TooManyRequestsException, String(error));
      assert.equal(error.$metadata.httpStatusCode, 429);
      return true;
    });
    // Nothing was made, and the SDK's retries alone get through.
    const third = await patient(6).send(new sdk.CreateJobCommand({ ...encodedJob(), ClientRequestToken: "third" }));
    assert.ok(third.Job?.Id && (third.$metadata.attempts ?? 0) >= 1);
    assert.equal((await patient(1).send(new sdk.ListJobsCommand({ Queue: "Default" }))).Jobs?.length, 2);
    await slow.close();
  });
});
