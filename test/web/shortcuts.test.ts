import { strict as assert } from "node:assert";
import { actionOf, HELP, SPEEDS, stepSpeed } from "../../web/src/pure/shortcuts";

describe("keyboard", () => {
  it("knows every key of the help sheet", () => {
    const pressed: Record<string, string> = {
      Space: " ",
      "←": "ArrowLeft",
      "→": "ArrowRight",
      "↑": "ArrowUp",
      "↓": "ArrowDown",
    };
    const keys = HELP.flatMap((row) => row.keys).filter((key) => key !== "–");
    assert.deepEqual(
      keys.filter((key) => actionOf({ key: pressed[key] ?? key }) === null),
      [],
    );
  });

  it("maps keys to actions", () => {
    const table: [string, object][] = [
      [" ", { do: "toggle" }],
      ["k", { do: "toggle" }],
      ["K", { do: "toggle" }],
      ["ArrowLeft", { do: "skip", by: -5 }],
      ["ArrowRight", { do: "skip", by: 5 }],
      ["j", { do: "skip", by: -10 }],
      ["l", { do: "skip", by: 10 }],
      ["f", { do: "fullscreen" }],
      ["m", { do: "mute" }],
      ["p", { do: "pip" }],
      ["c", { do: "captions" }],
      ["0", { do: "jump", to: 0 }],
      ["7", { do: "jump", to: 0.7 }],
      ["9", { do: "jump", to: 0.9 }],
      ["<", { do: "speed", by: -1 }],
      [">", { do: "speed", by: 1 }],
      ["?", { do: "help" }],
      ["Home", { do: "start" }],
      ["End", { do: "end" }],
      ["ArrowUp", { do: "volume", by: 0.05 }],
      ["ArrowDown", { do: "volume", by: -0.05 }],
    ];
    assert.deepEqual(
      table.map(([key]) => [key, actionOf({ key })]),
      table,
    );
  });

  it("leaves the browser's own combinations and other keys alone", () => {
    for (const modifier of ["ctrlKey", "altKey", "metaKey", "isComposing"]) {
      assert.equal(actionOf({ key: "f", [modifier]: true }), null, modifier);
    }
    for (const key of ["Enter", "Tab", "Escape", "x", "F5", "", "constructor", "toString", "__proto__", "10", "٣"]) {
      assert.equal(actionOf({ key }), null, key);
    }
  });

  it("steps through the speeds and stays at the ends", () => {
    const up = [1];
    while (up.length < 6) up.push(stepSpeed(up.at(-1) ?? 1, 1));
    assert.deepEqual(up, [1, 1.25, 1.5, 1.75, 2, 2]);
    assert.equal(stepSpeed(0.5, -1), 0.5);
    assert.equal(stepSpeed(1.1, 1), 1.25);
    assert.equal(stepSpeed(1.1, -1), 1);
    assert.deepEqual(
      [...SPEEDS].sort((a, b) => a - b),
      SPEEDS,
    );
  });
});
