import assert from "node:assert/strict";
import { type Probe, probeServer } from "../../src/editor/mcp/probeServer.ts";

/** Runs a script as the server. */
function probe(script: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Probe> {
  return probeServer({ command: process.execPath, args: ["-e", script], env: process.env, ...options });
}

const ANSWERS = `
  require("node:readline").createInterface(process.stdin).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    if (method === "initialize") console.log("noise\\n" + JSON.stringify({ jsonrpc: "2.0", id, result: {} }));
    if (method === "tools/list") console.log(JSON.stringify({ jsonrpc: "2.0", id, result: { tools: [{}, {}] } }));
  });`;

describe("a probe of the server's process", () => {
  it("counts the tools of a server that works", async () => {
    assert.deepEqual(await probe(ANSWERS), { outcome: "lists", tools: 2 });
  });

  it("reports an exit with its code and the last line of stderr", async () => {
    const script = `console.error("first\\nlast"); process.exitCode = 3; process.stdin.destroy();`;
    assert.deepEqual(await probe(script), { outcome: "exits", reason: "3", lastLine: "last" });
    assert.deepEqual(await probe(`process.kill(process.pid, "SIGKILL")`), {
      ...{ outcome: "exits", reason: "SIGKILL", lastLine: "" },
    });
  });

  it("shortens a long last line", async () => {
    const found = await probe(`console.error("x".repeat(5_000)); process.exitCode = 1; process.stdin.destroy();`);
    assert.deepEqual(found, { outcome: "exits", reason: "1", lastLine: "x".repeat(300) });
  });

  it("reports a program that can't be started", async () => {
    const command = "/nonexistent/node";
    const found = await probeServer({ command, args: [], env: process.env });
    assert.deepEqual(found, { outcome: "notStarted", reason: "ENOENT" });
  });

  it("ends a server that doesn't respond", async () => {
    const script = `console.error(process.pid); setInterval(() => {}, 1000);`;
    assert.deepEqual(await probe(script, { timeoutMs: 300 }), { outcome: "silent" });
  });

  it("ends when it is cancelled", async () => {
    const reason = new Error("cancelled");
    await assert.rejects(probe("setInterval(() => {}, 1000)", { signal: AbortSignal.timeout(200) }), /timeout/i);
    await assert.rejects(probe(ANSWERS, { signal: AbortSignal.abort(reason) }), reason);
  });
});
