import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { allTools } from "../../src/mcp/tools/index.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The tools with a chart. Clients run calls of the chart page without asking the user. */
const DRAWN = ["or_activity", "or_explain_change", "or_forecast", "or_overview"];

describe("tools of the chart page", () => {
  const sources = globSync("src/webview/**/*.ts", { cwd: root });

  it("are those with a chart, which only read", () => {
    const drawn = allTools.filter(({ hasChart }) => hasChart);
    assert.deepEqual(drawn.map(({ name }) => name).sort(), DRAWN);
    for (const { name, writes } of drawn) assert.equal(writes, undefined, name);
  });

  it("are the only tools that its sources name", () => {
    assert.ok(sources.length > 20);
    const named = sources.flatMap((path) => read(path).match(/\bor_[a-z_]+/g) ?? []);
    assert.deepEqual([...new Set(named)].sort(), DRAWN);
  });

  it("are called in one place only", () => {
    const asking =
      /callServerTool|sendMessage|updateModelContext|openLink|downloadFile|readServerResource|\.request\(/g;
    const places = sources.flatMap((path) => (read(path).match(asking) ?? []).map((what) => `${path}: ${what}`));
    assert.deepEqual(places, ["src/webview/toolCalls.ts: callServerTool"]);
    assert.match(
      read("src/webview/toolCalls.ts"),
      /const READ_TOOLS = \["or_activity", "or_overview", "or_explain_change", "or_forecast"\] as const;/,
    );
  });
});
