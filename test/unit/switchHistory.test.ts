import assert from "node:assert/strict";
import { differencesFrom, findCrossings } from "../vscode/account/switchHistory.ts";

describe("the judge of switched accounts", () => {
  const portraits = {
    A: { Keys: ["A one", "A two", "none"], "status bar": ["A $1"] },
    B: { Keys: ["B one", "B two", "none"], "status bar": ["B $2"] },
  };
  const switches = [
    { at: 0, endedAt: 0, to: "A" as const },
    { at: 100, endedAt: 100, to: "B" as const },
    { at: 200, endedAt: 200, to: "A" as const },
  ];
  const keys = (...shots: [at: number, ...texts: string[]][]) =>
    findCrossings(
      shots.map(([at, ...texts]) => ({ at, surfaces: { Keys: texts } })),
      switches,
      portraits,
      (text) => text.startsWith("agent"),
    );

  it("accepts surfaces that follow, late or not at all", () => {
    assert.deepEqual(keys([10, "A one"], [110], [150, "B one", "B two"], [260, "A two", "none", "agent 7"]), []);
    assert.deepEqual(keys([10, "A one"], [150, "A one"], [450, "A one"]), []);
    assert.deepEqual(keys([250, "B one"], [260, "A one"]), []);
    assert.deepEqual(keys([10, "none"], [20, "agent 1"]), []);
  });

  it("accepts rows that are still growing", () => {
    const growing = { A: { Keys: ["A one | active · 3 keys"] }, B: { Keys: ["B one | active"] } };
    const judged = (text: string) => findCrossings([{ at: 50, surfaces: { Keys: [text] } }], switches, growing);
    assert.deepEqual(judged("A one | active"), []);
    assert.match(judged("A one | act").join(), /mixes/);
    assert.match(judged("B one | active").join(), /B/);
  });

  it("finds a surface that mixes accounts", () => {
    assert.match(keys([150, "A one", "B two"]).join(), /^Keys mixes accounts: A: A one; B: B two$/);
    assert.match(keys([150, "C one"]).join(), /nobody: C one/);
  });

  it("finds one that returns to an earlier account, or is too early", () => {
    assert.match(keys([150, "B one"], [160, "A one"]).join(), /^Keys shows A 60 ms after the switch to B: A one$/);
    assert.match(
      keys([10, "A one"], [210, "A one"], [250, "A one"], [300, "B one"], [310, "A one"], [320, "B one"]).join(),
      /shows B/,
    );
    assert.match(keys([50, "B one"]).join(), /^Keys shows B 50 ms after the switch to A/);
  });

  it("says how surfaces differ from a portrait", () => {
    assert.deepEqual(differencesFrom(portraits.A, portraits.A), []);
    assert.deepEqual(differencesFrom(portraits.A, { Keys: ["A one"], "status bar": ["A $1"] }), [], "rows out of view");
    assert.deepEqual(differencesFrom(portraits.A, { Keys: ["A one", "none", "B one"], "status bar": [] }), [
      "Keys shows B one",
      "status bar shows nothing of the account",
    ]);
  });
});
