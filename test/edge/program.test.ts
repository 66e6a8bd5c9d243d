/** The edge's plan of the real program: whatever the distribution asks for, the local edge can do. */
import assert from "node:assert/strict";
import { runProgram } from "../../cli/program.js";
import { stackNames } from "../../cli/stacks.js";
import { edgePlanFrom } from "../../local/edge/plan.js";

describe("the edge's plan of the program", () => {
  for (const stack of stackNames())
    it(`of ${stack} signs media, leaves posters and pages open, and sets security headers on all`, async function () {
      const plan = edgePlanFrom(await runProgram({ stack }));
      assert.deepEqual(
        plan.behaviors.map(({ pattern, signers }) => [pattern, signers === null ? "open" : signers.size]),
        [
          ["/api/*", "open"],
          ["/media/*.m3u8", 1],
          ["/media/*.mpd", 1],
          ["/media/*", 1],
          ["/posters/*", "open"],
          ["*", "open"],
        ],
      );
      const [api, ...stored] = plan.behaviors.map((behavior) =>
        behavior.kind === "bucket" ? behavior.bucket : behavior.kind,
      );
      const [media, web] = [stored[0], stored.at(-1)];
      assert.deepEqual([api, ...stored], ["balancer", media, media, media, media, web]);
      assert.notEqual(media, web);
      for (const { headers } of plan.behaviors) {
        const names = headers.added.map(({ name }) => name);
        for (const name of [
          "content-security-policy",
          "x-content-type-options",
          "x-frame-options",
          "strict-transport-security",
        ])
          assert.ok(names.includes(name), name);
      }
      assert.match(plan.distributionArn, /^arn:aws:cloudfront::\d{12}:distribution\/\w+$/);
      assert.equal(plan.defaultRootObject, "index.html");
      assert.equal(plan.errorTtls.get(403), 1);
    });
});
