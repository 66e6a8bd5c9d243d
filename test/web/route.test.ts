import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parseRoute, watchHash } from "../../web/src/pure/route";

const ID = "019a0000-0000-7000-8000-000000000001";
const watch = (over: object = {}): object => ({ page: "watch", videoId: ID, format: null, start: null, ...over });

describe("routes", () => {
  it("reads the list", () => {
    for (const hash of ["", "#", "#/", "#/?x=1"]) assert.deepEqual(parseRoute(hash), { page: "list" });
  });

  it("reads a title with its format and start", () => {
    assert.deepEqual(parseRoute(`#/watch/${ID}`), watch());
    assert.deepEqual(parseRoute(`#/watch/${ID}/`), watch());
    assert.deepEqual(parseRoute(`#/watch/${ID}?format=dash`), watch({ format: "dash" }));
    assert.deepEqual(parseRoute(`#/watch/${ID}?t=12.5&format=hls`), watch({ format: "hls", start: 12.5 }));
    assert.deepEqual(parseRoute(`#/watch/${ID}?t=0`), watch({ start: 0 }));
  });

  it("takes no format and no start that it does not know", () => {
    for (const query of ["format=HLS", "format=mp4", "format=", "t=-1", "t=1e3", "t=", "t=1:00", "t=99999999"]) {
      assert.deepEqual(parseRoute(`#/watch/${ID}?${query}`), watch(), query);
    }
  });

  it("calls everything else missing", () => {
    const bad = [
      "#/watch",
      "#/watch/",
      "#/watch/a/b",
      "#/watch/%2e%2e",
      "#/watch/..",
      "#/watch/a b",
      "#/x",
      "#watch/1",
    ];
    for (const hash of [...bad, `#/watch/${"a".repeat(65)}`])
      assert.deepEqual(parseRoute(hash), { page: "missing" }, hash);
  });

  it("gives back what it was made of, and bears any text", () => {
    const format = fc.constantFrom("hls" as const, "dash" as const, null);
    fc.assert(
      fc.property(fc.uuid(), format, (videoId, chosen) =>
        assert.deepEqual(parseRoute(watchHash(videoId, chosen)), {
          page: "watch",
          videoId,
          format: chosen,
          start: null,
        }),
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const route = parseRoute(`#/watch/${text}`);
        if (route.page === "watch") assert.match(route.videoId, /^[\w-]{1,64}$/);
      }),
    );
  });
});
