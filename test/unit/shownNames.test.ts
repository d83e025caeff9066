import assert from "node:assert/strict";
import { keyName, memberName } from "../../src/editor/data/names.ts";
import { workspaceNames } from "../../src/editor/data/workspaceNames.ts";

const INVISIBLE = ["", " ", "\u200b", "\u2800", "\u3164 \u00a0"];

describe("names to show", () => {
  const ana = { id: "user_1", email: "ana@example.com", role: "org:member", first_name: "Ana", last_name: "Ruiz" };

  for (const blank of INVISIBLE)
    it(`don't consist of ${JSON.stringify(blank)}`, () => {
      assert.equal(memberName({ ...ana, last_name: blank }), "Ana");
      assert.equal(memberName({ ...ana, first_name: blank, last_name: blank }), "ana@example.com");
      assert.equal(memberName({ ...ana, first_name: blank, last_name: blank, email: blank }), "user_1");
      assert.equal(keyName({ name: blank, label: "sk-or-v1-0e6...1c96" }), "0e6...1c96");
      assert.equal(workspaceNames([{ id: "w", name: blank, slug: "research" }]).get("w"), "research");
    });

  const workspaces = [
    { id: "1", name: "Research", slug: "research" },
    { id: "2", name: "Research", slug: "research-2" },
    { id: "3", name: "Sandbox", slug: "sandbox" },
  ];

  it("tell workspaces of the same name apart", () =>
    assert.deepEqual(
      [...workspaceNames(workspaces).values()],
      ["Research (research)", "Research (research-2)", "Sandbox"],
    ));
});
