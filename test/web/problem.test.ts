import { strict as assert } from "node:assert";
import { explain, type Failure } from "../../web/src/pure/problem";

const title = (failure: Failure, online = true): string => explain(failure, online).title;

describe("problems in words", () => {
  it("tells being offline from a service that is away", () => {
    assert.equal(title({ from: "network" }, false), "You are offline");
    assert.equal(title({ from: "network" }), "The service cannot be reached");
  });

  it("explains what the api answered and keeps its code for a report", () => {
    const api = (status: number, code = ""): Failure => ({ from: "api", status, code });
    const expected: [number, string, boolean][] = [
      [404, "This title is not here", false],
      [403, "You may not watch this title", true],
      [409, "This title is not ready yet", true],
      [429, "Many people are watching", true],
      [503, "Many people are watching", true],
      [500, "The service has a problem", true],
      [200, "The service has a problem", true],
    ];
    for (const [status, words, retry] of expected) {
      const problem = explain(api(status), true);
      assert.deepEqual([problem.title, problem.retry], [words, retry], String(status));
    }
    assert.equal(explain(api(404, "title_not_found"), true).code, "HTTP 404 · title_not_found");
  });

  it("explains the player's errors by their range, and a refusal by its status", () => {
    const player = (code: number, ...data: unknown[]): Failure => ({ from: "player", code, data });
    assert.equal(title(player(1001, "/media/x", 403)), "You may not watch this title");
    assert.equal(explain(player(1001, "/media/x", 403), true).code, "player 1001 · HTTP 403");
    assert.equal(title(player(1001)), "The service has a problem");
    assert.equal(title(player(1002)), "The connection broke");
    assert.equal(title(player(3016)), "The picture cannot be decoded");
    assert.equal(title(player(4032)), "This browser cannot play it");
    assert.equal(title(player(4001)), "The film's index is damaged");
    assert.equal(title(player(0)), "The film stopped");
    assert.equal(title({ from: "script" }), "The player did not load");
  });
});
