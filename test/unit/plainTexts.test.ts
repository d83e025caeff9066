import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutIds } from "../../src/editor/platform/withoutIds.ts";
import { plainCause } from "../../src/webview/plainCause.ts";

const UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

describe("the cause of a failure, for people", () => {
  const causes: [cause: string, plain: string][] = [
    ["POST /analytics/query returned 403: Not available for this account.", "Not available for this account"],
    ["GET /activity returned 500.", "HTTP 500"],
    [`GET /keys/${"0".repeat(64)} returned 404: Not found.`, "Not found"],
    ["GET /credits: no response within 30 s.", "no response within 30 s"],
    [
      "GET /keys: the response's field data.0.hash is not as documented (x).",
      "the response's field data.0.hash is not as documented (x)",
    ],
    ["no response within 5 s", "no response within 5 s"],
    ["", ""],
  ];
  for (const [cause, plain] of causes) it(JSON.stringify(cause), () => assert.equal(plainCause(cause), plain));
});

describe("a message without hashes and UUIDs", () => {
  const texts: [text: string, without: string][] = [
    [`The key ${"0a".repeat(32)} is gone.`, "The key … is gone."],
    [`PATCH /guardrails/${UUID} failed`, "PATCH /guardrails/… failed"],
    [`“${UUID.toUpperCase()}”`, "“…”"],
    ["Try again at 5:52:57 PM. $1,392.07", "Try again at 5:52:57 PM. $1,392.07"],
    ["sk-or-v1-0e6...1c96, deadbeef", "sk-or-v1-0e6...1c96, deadbeef"],
    ["user_2sample0123456789abcdef", "user_2sample0123456789abcdef"],
  ];
  for (const [text, without] of texts) it(JSON.stringify(text), () => assert.equal(withoutIds(text), without));

  it("is found wherever the id stands", () =>
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.constantFrom("", " ", "/", "“", "(", "\n"),
        fc.constantFrom("", " ", ".", "”", "/", ")"),
        (id, before, after) => {
          assert.equal(withoutIds(`a${before || " "}${id}${after}`), `a${before || " "}…${after}`);
        },
      ),
    ));
});
