import assert from "node:assert/strict";
import { parseMessage } from "../../services/worker/src/message.js";
import { event, OUTPUTS, TITLE } from "./support/events.js";

const refusal = (body: string): string => parseMessage(body, "dev").invalid ?? "taken";

describe("a catalogue message", () => {
  it("gives the change", () => {
    const { change } = parseMessage(event({}), "dev");
    assert.equal(change?.videoId, TITLE);
    assert.deepEqual(change?.outputs, OUTPUTS);
    assert.equal(change?.title, "A film");
  });
  it("keeps a title's blanks: it is the name of a file", () =>
    assert.equal(parseMessage(event({ title: " \n " }), "dev").change?.title, " \n "));

  const invalid: [name: string, body: string, says: RegExp][] = [
    ["no JSON", "{", /not JSON/],
    ["null", "null", /expected object|Invalid input/],
    ["another source", event({}, { source: "aws.s3" }), /source/],
    ["another kind", event({}, { "detail-type": "VideoSold" }), /detail-type/],
    ["an id that is none", event({ videoId: "1; DROP TABLE titles" }), /videoId/],
    ["an empty title", event({ title: "" }), /title/],
    ["a title with a NUL", event({ title: "a\u0000b" }), /title: must not hold a NUL/],
    ["an endless title", event({ title: "x".repeat(1025) }), /title/],
    ["a sequencer that is not hex", event({ sequencer: "xyz" }), /sequencer: must be hex/],
    ["an endless sequencer", event({ sequencer: "0".repeat(65) }), /sequencer/],
    ["a time that is none", event({ at: "yesterday" }), /at/],
    ["another stack", event({ stack: "prod" }), /stack: "prod" is not ours, "dev"/],
    [
      "a kind that does not fit the state",
      event({ state: "failed", outputs: null }),
      /state: "failed" does not fit VideoReady/,
    ],
    ["ready without outputs", event({ outputs: null }), /outputs: absent, though the state is ready/],
    [
      "failed with outputs",
      event({ state: "failed" }, { "detail-type": "VideoFailed" }),
      /outputs: given, though the state is failed/,
    ],
  ];
  for (const [name, body, says] of invalid) it(`is refused with ${name}`, () => assert.match(refusal(body), says));
});
