import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-mediaconvert";
import { ServiceError } from "../../local/mediaconvert/errors";
import { membersOf } from "../../local/mediaconvert/sdkSchema";
import { decode, SHAPES } from "../../local/mediaconvert/shapes";

const upper = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const refusal = (pattern: RegExp) => (error: unknown) =>
  error instanceof ServiceError && error.type === "BadRequestException" && pattern.test(error.message);
const JOB = { role: "arn:aws:iam::000000000000:role/job", settings: {} };

describe("request shapes", () => {
  const requests = [sdk.CreateJobRequest$, sdk.CreateQueueRequest$, sdk.CreateJobTemplateRequest$, sdk.ProbeRequest$];
  for (const schema of requests) {
    const known = membersOf(schema);
    it(`has the members of the SDK's ${[...known.keys()][0]} and all under it`, () => {
      assert.ok(known.size >= 1);
      for (const [name, members] of known) {
        const ours = Object.keys(SHAPES[name]?.members ?? {}).map(upper);
        assert.deepEqual(ours.sort(), members, name);
      }
    });
  }

  it("reaches the whole of a job", () => {
    const names = [...membersOf(sdk.CreateJobRequest$).keys()];
    for (const name of ["JobSettings", "CmafGroupSettings", "H264Settings", "AudioSelector", "FrameCaptureSettings"]) {
      assert.ok(names.includes(name), name);
    }
  });
});

describe("decode", () => {
  it("gives the SDK's names and leaves the keys of maps alone", () => {
    const body = {
      ...JOB,
      userMetadata: { assetId: "a" },
      settings: { inputs: [{ fileInput: "s3://b/k.mp4", audioSelectors: { "audio 1": { tracks: [1] } } }] },
    };
    assert.deepEqual(decode("CreateJobRequest", body), {
      Role: JOB.role,
      UserMetadata: { assetId: "a" },
      Settings: { Inputs: [{ FileInput: "s3://b/k.mp4", AudioSelectors: { "audio 1": { Tracks: [1] } } }] },
    });
  });

  const group = (more: object): object => ({ ...JOB, settings: { outputGroups: [{ outputGroupSettings: more }] } });
  // prettier-ignore
  const cases: [string, object, RegExp][] = [
    ["a missing role", { settings: {} }, /^\/: 'role' is a required property$/],
    ["missing settings", { role: JOB.role }, /^\/: 'settings' is a required property$/],
    ["an unknown field", { ...JOB, colour: 1 }, /^\/: unexpected property 'colour' is not allowed → one of .*userMetadata/],
    ["a field of the prototype", { ...JOB, constructor: {} }, /unexpected property 'constructor'/],
    ["an unknown enum value", group({ type: "CMAF" }), /outputGroups\/0\/outputGroupSettings\/type: should be one of HLS_GROUP_SETTINGS, .*, but is "CMAF"$/],
    ["a number that is too small", group({ cmafGroupSettings: { segmentLength: 0 } }), /segmentLength: should not be less than 1, but is 0$/],
    ["a number that is too large", { ...JOB, priority: 51 }, /^\/priority: should not be greater than 50, but is 51$/],
    ["a fraction", { ...JOB, priority: 0.5 }, /^\/priority: should be an integer, but is 0.5$/],
    ["a string for a number", { ...JOB, priority: "1" }, /^\/priority: should be a number, but is "1"$/],
    ["an object for a list", { ...JOB, settings: { inputs: {} } }, /^\/inputs: should be an array, but is \{\}$/],
    ["a list for an object", { ...JOB, settings: [] }, /^\/settings: should be an object, but is \[\]$/],
    ["a destination that is not S3", group({ cmafGroupSettings: { destination: "file:///etc/" } }), /destination: should match pattern \^s3/],
    ["a key that is no key", group({ cmafGroupSettings: { destinationSettings: { s3Settings: { encryption: { kmsKeyArn: "mine" } } } } }), /kmsKeyArn: should match pattern/],
  ];
  for (const [what, body, pattern] of cases) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decode("CreateJobRequest", body), refusal(pattern));
    });
  }
});
