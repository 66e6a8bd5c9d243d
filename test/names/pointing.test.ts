import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { decode } from "jpeg-js";
import { captureBase } from "../../contracts/keys.js";
import { INGEST, ended } from "../mediaconvert/platform.js";
import { sample } from "../support/sample.js";
import { Bench } from "./support/bench.js";
import { CODED, ffmpeg } from "./support/clip.js";
import { type Pointing, pointingFiles } from "./support/pointing.js";

/** What nobody may see: a film of pure magenta, which no test picture holds much of. */
const SECRET = ["-f", "lavfi", "-i", "color=c=magenta:s=320x180:r=25:d=2"];

/** Share of a JPEG's pixels that are magenta. */
function magenta(jpeg: Uint8Array): number {
  const { data, width, height } = decode(jpeg, { useTArray: true });
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (red > 200 && green < 60 && blue > 200) found += 1;
  }
  return found / (width * height);
}

describe("what points at other files", function () {
  this.timeout(600_000);
  let bench: Bench;
  let server: Server;
  let files: Pointing[];
  const asked: string[] = [];

  before(async () => {
    bench = await Bench.start();
    const { directory } = bench.platform;
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(readFileSync(join(directory, "secret.ts")));
    });
    await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
    const { port } = server.address() as AddressInfo;
    for (const name of ["secret.ts", "secret.mp4"]) await ffmpeg([...SECRET, ...CODED, join(directory, name)]);
    for (const key of ["secret.ts", "secret.mp4", "films/secret.ts"])
      await bench.platform.put(key, readFileSync(join(directory, key.endsWith("mp4") ? "secret.mp4" : "secret.ts")));
    // The name under which a source lies while it is read, too.
    files = await pointingFiles(directory, {
      "a sibling in the bucket": "secret.ts",
      "an object by its address": `s3://${INGEST}/secret.mp4`,
      "a file of the machine": join(directory, "secret.ts"),
      "a file by its address": `file://${join(directory, "secret.ts")}`,
      "an address": `http://127.0.0.1:${port}/secret.ts`,
    });
  });
  after(async () => {
    await new Promise((down) => server.close(down));
    await bench.stop();
  });

  it("is rejected before a probe, or plays its own media alone; nothing else is opened", async () => {
    const wrong: string[] = [];
    const played: string[] = [];
    const taken = sample("files that point elsewhere", files, 50);
    for (const [index, { name, body, kind }] of taken.entries()) {
      const key = `films/${index} ${name.replaceAll(" ", "-")}.mp4`;
      const { asset, probes, jobs } = await bench.upload(key, body);
      if (kind !== "film") {
        const good = asset.state === "rejected" && probes === 0 && jobs === 0 && (asset.reason?.text.length ?? 0) > 10;
        const code =
          kind === "index" ? asset.reason?.code === "external-media" : asset.reason?.code !== "external-media";
        if (!good || !code) wrong.push(`${name}: ${asset.state} ${asset.reason?.code}, ${probes} probes, ${jobs} jobs`);
        continue;
      }
      const job = await ended(bench.client(), asset.jobId);
      played.push(job.Status ?? "");
      const picture = await bench.platform.read(`${captureBase(asset.videoId, asset.assetId)}.0000000.jpg`);
      if (magenta(picture) > 0.2) wrong.push(`${name}: shows the secret film`);
    }
    console.log(
      `  pointing elsewhere: ${taken.length - played.length} rejected, ${played.length} played, ${wrong.length} wrong`,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      played.filter((status) => status !== "COMPLETE"),
      [],
      "their own media is good",
    );
    assert.deepEqual(asked, []);
  });

  it("is followed by the transcoder neither, were its bytes not seen", async () => {
    const wrong: string[] = [];
    for (const { name, body, kind } of sample("files given to Probe itself", files, 30)) {
      const key = `films/direct ${name.replaceAll(" ", "-")}`;
      await bench.platform.put(key, body);
      const input = { InputFiles: [{ FileUrl: `s3://${INGEST}/${key}` }] };
      const reply = await bench
        .client()
        .send(new ProbeCommand(input))
        .catch((error: unknown) => error as Error);
      const refused = reply instanceof Error && reply.name === "UnprocessableEntityException";
      if (kind === "text" && !refused) wrong.push(`${name}: ${String(reply)}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(asked, []);
  });

  it("would be seen here: the secret film is magenta, its server answers", async () => {
    const { asset } = await bench.upload(
      "films/the secret itself.mp4",
      readFileSync(join(bench.platform.directory, "secret.mp4")),
    );
    await ended(bench.client(), asset.jobId);
    const picture = await bench.platform.read(`${captureBase(asset.videoId, asset.assetId)}.0000000.jpg`);
    assert.ok(magenta(picture) > 0.9);
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/canary`);
    assert.deepEqual(asked, ["/canary"]);
  });
});
