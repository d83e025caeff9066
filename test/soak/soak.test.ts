import assert from "node:assert/strict";
import { soak } from "./soak.ts";

describe("MCP server: small soak test", function () {
  this.timeout(300_000);

  it("returns a true result or a clear error for each call over a faulty network", async () => {
    const seed = 20_261;
    const { calls, tools, violations, memory, injected } = await soak({ calls: 300, seed, lanes: 12, rate: 0.25 });
    assert.equal(calls, 300);
    assert.deepEqual(Object.fromEntries(violations), {});
    assert.ok(tools.size >= 24, `only ${tools.size} tools were called`);
    assert.ok([...injected.values()].reduce((sum, count) => sum + count, 0) > 50);
    const errors = [...tools.values()].reduce((sum, tool) => sum + tool.errors, 0);
    assert.ok(errors > 0 && errors < calls / 2, `${errors} errors: most calls should succeed`);
    assert.ok(!memory || Math.max(...memory) < 600, `${memory} MB`);
  });
});
