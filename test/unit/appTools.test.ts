import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { allTools } from "../../src/mcp/tools/index.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The tools whose figures are drawn in a chat: a client runs a call of that page without asking anybody. */
const DRAWN = ["or_activity", "or_overview"];

describe("what the chart in a chat may call", () => {
  const sources = globSync("src/webview/*.ts", { cwd: root });

  it("is the tools that it belongs to, which only read", () => {
    const drawn = allTools.filter(({ hasChart }) => hasChart);
    assert.deepEqual(drawn.map(({ name }) => name).sort(), DRAWN);
    for (const { name, writes } of drawn) assert.equal(writes, undefined, name);
  });

  it("has no other tool's name in it", () => {
    assert.ok(sources.length > 20);
    const named = sources.flatMap((path) => read(path).match(/\bor_[a-z_]+/g) ?? []);
    assert.deepEqual([...new Set(named)].sort(), DRAWN);
  });

  it("is called in one place, by a name of those", () => {
    const asking =
      /callServerTool|sendMessage|updateModelContext|openLink|downloadFile|readServerResource|\.request\(/g;
    const places = sources.flatMap((path) => (read(path).match(asking) ?? []).map((what) => `${path}: ${what}`));
    assert.deepEqual(places, ["src/webview/toolCalls.ts: callServerTool"]);
    assert.match(read("src/webview/toolCalls.ts"), /const READ_TOOLS = \["or_activity", "or_overview"\] as const;/);
  });
});
