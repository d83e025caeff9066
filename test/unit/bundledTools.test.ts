import assert from "node:assert/strict";
import { findBundledTools } from "../../src/editor/mcp/bundledTools.ts";

describe("findBundledTools", () => {
  it("finds the server's tools, and the most informative one to check it with", () => {
    const names = [
      "mcp_openrouter_ad_or_credits",
      "mcp_openrouter_ad_or_overview",
      "mcp_github_or_overview",
      "read_file",
    ];
    const found = findBundledTools(names);
    assert.equal(found?.check?.name, "mcp_openrouter_ad_or_overview");
    assert.equal(found.count, 2);
    assert.equal(found.hasWriteTools, false);
  });

  it("finds them if the short name was taken", () => {
    for (const prefix of ["mcp_openrouter_a2", "mcp_openrouter_ad2"]) {
      const found = findBundledTools([`${prefix}_or_key_create`]);
      assert.deepEqual([found?.count, found?.hasWriteTools, found?.check], [1, true, undefined]);
    }
  });

  it("ignores a server with a similar name, such as one of the workspace", () => {
    const others = ["mcp_openrouter_or_key_create", "mcp_openrouter_or_overview", "mcp_openrouterx_or_credits"];
    assert.equal(findBundledTools(others), undefined);
    const found = findBundledTools([...others, "mcp_openrouter_ad_or_credits"]);
    assert.equal(found?.check?.name, "mcp_openrouter_ad_or_credits");
    assert.deepEqual([found.count, found.hasWriteTools], [1, false]);
  });
});
