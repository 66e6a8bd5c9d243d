import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { S3Client } from "@aws-sdk/client-s3";
import { printable } from "../../cli/shell.js";
import { s3Store } from "../../handlers/aws/store.js";
import { readUploads, uploadMessage } from "../../handlers/ingest/upload.js";
import { claimKey, titleKey } from "../../handlers/ledger/schema.js";
import { titleOf } from "../../handlers/ledger/transitions.js";
import { readLocation } from "../../local/mediaconvert/job.plan.js";
import { parseMessage } from "../../services/worker/src/message.js";
import { bytesOf } from "./support/names.js";

/** Any key that S3 takes: Unicode of 1 to 1,024 bytes, with every control character and every plane. */
const key = fc
  .string({
    unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constantFrom(..."/.%+ \n\\")),
  })
  .filter((text) => text !== "" && bytesOf(text) <= 1024);

/** As S3 encodes keys in its notifications, and in listings on "encoding-type=url". */
const formEncoded = (name: string): string => encodeURIComponent(name).replaceAll("%20", "+");

const upload = (name: string) => ({
  bucket: "ingest",
  key: name,
  version: "00ab",
  sequencer: "00ab",
  size: 7,
  etag: "e",
  uploaded: "2026-11-24T12:00:00.000Z",
  recovered: true,
});

describe("any key", () => {
  it("comes back as it is from a message of the ingest queue", () =>
    fc.assert(
      fc.property(key, (name) => {
        const sent = JSON.parse(JSON.stringify(uploadMessage(upload(name)))) as unknown;
        assert.deepEqual(readUploads(sent, "ingest"), [upload(name)]);
        const object = { key: formEncoded(name), size: 7, eTag: "e", versionId: "00ab", sequencer: "00ab" };
        const s3 = { bucket: { name: "ingest" }, object };
        const record = { eventName: "ObjectCreated:Put", eventTime: "2026-11-24T12:00:00.000Z", s3 };
        const [notified] = readUploads({ Records: [{ eventSource: "aws:s3", ...record }] }, "ingest");
        assert.deepEqual(notified, { ...upload(name), recovered: false });
      }),
      { numRuns: 500 },
    ));

  it("has a title that is a part of it, can be seen, and that the catalogue takes as it is", () =>
    fc.assert(
      fc.property(key, (name) => {
        const title = titleOf(name);
        assert.ok(name.replaceAll("\0", "\ufffd").includes(title));
        assert.ok(title.trim() !== "" || name.trim() === "");
        const id = "0199a0c4-0000-7000-8000-000000000000";
        const detail = {
          stack: "dev",
          videoId: id,
          assetId: id,
          title,
          state: "rejected",
          reason: null,
          outputs: null,
        };
        const body = { id: "1", source: "vod.pipeline", "detail-type": "VideoRejected" };
        const at = "2026-11-24T12:00:00.000Z";
        const message = JSON.stringify({ ...body, detail: { ...detail, sequencer: "0", at } });
        assert.equal(parseMessage(message, "dev").change?.title, title);
      }),
      { numRuns: 500 },
    ));

  it("is one line for people", () =>
    fc.assert(
      fc.property(key, (name) => assert.match(printable(name), /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u)),
      { numRuns: 500 },
    ));

  it("is found by the transcoder under its location, raw", () =>
    fc.assert(
      fc.property(key, (name) => {
        assert.deepEqual(readLocation(`s3://ingest/${name}`, "/x"), { bucket: "ingest", key: name });
      }),
      { numRuns: 500 },
    ));

  it("names one title, and one claim a version", () =>
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = one === other;
        assert.equal(titleKey({ bucket: "b", key: one }) === titleKey({ bucket: "b", key: other }), same);
        const claim = (name: string): string => claimKey({ bucket: "b", key: name, version: "1" });
        assert.equal(claim(one) === claim(other), same);
      }),
      { numRuns: 500 },
    ));

  it("reaches S3 as the very bytes, in path and listing", async () => {
    let path = "";
    let listing = "";
    const client = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    client.middlewareStack.add(
      (_next, { commandName }) =>
        async ({ request }) => {
          path = (request as { path: string }).path;
          const Contents = [{ Key: listing }];
          const output = { $metadata: {}, ...(commandName === "HeadObjectCommand" ? {} : { Contents }) };
          return { response: {}, output };
        },
      { step: "finalizeRequest", priority: "high" },
    );
    const store = s3Store(client);
    await fc.assert(
      fc.asyncProperty(key, async (name) => {
        await store.head("ingest", name);
        assert.equal(decodeURIComponent(path), `/${name}`);
        listing = formEncoded(name);
        const { objects } = await store.list("ingest", "");
        assert.deepEqual(
          objects.map((object) => object.key),
          [name],
        );
      }),
      { numRuns: 300 },
    );
  });
});
