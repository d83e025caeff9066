import assert from "node:assert/strict";
import { isExplanation } from "../../src/webview/explain/isExplanation.ts";
import { spike } from "../support/explanations.ts";

type Json = Record<string, unknown>;

/** As the page in the chat gets it: without undefined values. */
const sent = () => JSON.parse(JSON.stringify(spike()));

/** Returns a copy in which the value at the path is replaced; undefined removes it. */
function replaced(path: readonly (string | number)[], value: unknown): unknown {
  const copy = sent();
  const parent = path.slice(0, -1).reduce<Json>((one, name) => one[name] as Json, copy);
  const last = path.at(-1)!;
  assert.ok(last in parent, path.join("."));
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe("an explanation from another process", () => {
  it("is accepted as it is sent, also with kinds of notes that are not known yet", () => {
    assert.ok(isExplanation(spike()));
    assert.ok(isExplanation(sent()));
    assert.ok(isExplanation(replaced(["notes"], [{ kind: "new", models: ["a"], share: 0.5 }])));
    assert.ok(isExplanation(replaced(["before", "averageOf"], undefined)));
    assert.ok(isExplanation(replaced(["causes"], [])));
  });

  for (const value of [undefined, null, 1, "text", [], {}, { causes: [] }])
    it(`is refused if it is ${JSON.stringify(value)}`, () => assert.equal(isExplanation(value), false));

  for (const [path, value] of [
    [["difference"], undefined],
    [["difference"], null],
    [["difference"], "1"],
    [["before"], null],
    [["before", "cost"], undefined],
    [["before", "averageOf"], "8"],
    [["after", "from"], "yesterday"],
    [["after", "to"], "<img>2028-03-29"],
    [["parts"], {}],
    [["parts", "mix"], null],
    [["causes"], {}],
    [["causes", 0], null],
    [["causes", 0, "model"], { id: "a" }],
    [["causes", 0, "key"], "ci-tests"],
    [["causes", 0, "count"], undefined],
    [["causes", 0, "parts", "price"], "much"],
    [["causes", 0, "before", "requests"], "many"],
    [["causes", 0, "before", "cost"], undefined],
    [["causes", 0, "after", "model"], 1],
    [["notes"], [null]],
    [["notes"], [{ cause: "no kind" }]],
    [["notes"], [{ kind: "warning", text: {} }]],
  ] as const)
    it(`is refused with ${path.join(".")} = ${JSON.stringify(value) ?? "nothing"}`, () =>
      assert.equal(isExplanation(replaced(path, value)), false));
});
