import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type Fault, startFaultProxy } from "../support/faults.ts";
import { SERVER, serverEnv, withoutSampleLine } from "../support/mcp.ts";
import { RawStdioServer } from "../support/rawStdioServer.ts";

const KEYS = 800;
type Network = Awaited<ReturnType<typeof startFaultProxy>>;

/** The ways a client can disconnect without being killed. */
const ENDS: Record<string, (wire: RawStdioServer) => void> = {
  "stdin ends": ({ child }) => child.stdin.end(),
  "stdin breaks": ({ child }) => child.stdin.destroy(),
  "stdout breaks": ({ child }) => child.stdout.destroy(),
  SIGTERM: ({ child }) => child.kill("SIGTERM"),
  SIGINT: ({ child }) => child.kill("SIGINT"),
};

describe("MCP server: end of the client", () => {
  let account: SampleAccount;
  let network: Network;
  let wire: RawStdioServer;

  async function start(fault: Fault): Promise<void> {
    network = await startFaultProxy(account.baseUrl, fault);
    wire = new RawStdioServer(serverEnv({ ...account, baseUrl: network.baseUrl }, "1"));
    await wire.initialize();
  }
  const asked = (method: string, path: string) =>
    network.received.filter((request) => request.method === method && request.path.startsWith(path)).length;
  const slowly: Fault = async ({ path }) => {
    if (path.startsWith("/activity")) await delay(30);
    return undefined;
  };
  /** Some requests were in flight; no others may follow. */
  async function assertStopped(atEnd: number): Promise<void> {
    await delay(1000);
    const all = asked("GET", "/activity");
    // Up to 24 are in flight, and a socket is checked ten times per second.
    assert.ok(all <= atEnd + 200 && all < KEYS / 2, `${atEnd} requests at the end, ${all} after it`);
  }

  before(async () => {
    account = await startSampleAccount({ keys: KEYS, analytics: false });
  });
  after(() => account.close());
  afterEach(async () => {
    await wire.kill();
    await network.close();
  });

  const fanOuts = Object.entries(ENDS).flatMap(([what, end]) => [
    [what, end, undefined] as const,
    [`${what}, with progress`, end, { progressToken: "p" }] as const,
  ]);
  for (const [what, end, meta] of fanOuts)
    it(`${what}: stops reading ${KEYS} keys and exits with code 0`, async () => {
      await start(slowly);
      wire.call(1, "or_activity", { aggregate: "by_key" }, meta);
      await wire.until("the fan-out", () => asked("GET", "/activity") > 30);
      const before = asked("GET", "/activity");
      end(wire);
      assert.equal(await wire.exited, 0, wire.stderr);
      await assertStopped(before);
      assert.deepEqual(
        wire.stderr.split("\n").filter((line) => !/^(openrouter-admin running on stdio|Sample account)/.test(line)),
        [""],
        "a stack trace",
      );
    });

  it("client killed: stops reading keys and leaves no process", async () => {
    network = await startFaultProxy(account.baseUrl, slowly);
    const env = serverEnv({ ...account, baseUrl: network.baseUrl });
    const client = spawn(process.execPath, [
      "-e",
      `const server = require("node:child_process").spawn(process.execPath, [${JSON.stringify(SERVER)}], { env: ${JSON.stringify(env)} });
       server.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "or_activity", arguments: { aggregate: "by_key" } } }) + "\\n");
       console.log(server.pid);`,
    ]);
    let pid = 0;
    client.stdout.on("data", (chunk) => {
      pid = Number(chunk);
    });
    wire = new RawStdioServer(env);
    await wire.until("the fan-out", () => pid > 0 && asked("GET", "/activity") > 30);
    const before = asked("GET", "/activity");
    client.kill("SIGKILL");
    await wire.until("the end of the server", () => !isAlive(pid));
    await assertStopped(before);
  });

  for (const [what, end] of Object.entries(ENDS))
    it(`${what}: lets a write in flight finish`, async () => {
      await start(async ({ method }) => {
        if (method === "PATCH") await delay(100);
        return undefined;
      });
      const hash = [...account.state.keys.keys()][0]!;
      wire.call(1, "or_key_update", { hash, name: `renamed when ${what}` });
      await wire.until("the request", () => asked("PATCH", "/keys"));
      end(wire);
      assert.equal(await wire.exited, 0, wire.stderr);
      assert.equal(account.state.keys.get(hash)?.name, `renamed when ${what}`);
      assert.equal(asked("PATCH", "/keys"), 1);
      if (what !== "stdout breaks") assert.match((await wire.answer(1)).result.content[0].text, /Updated/);
    });

  it("exits even if a write gets no response", async () => {
    await start(({ method }) => (method === "PATCH" ? "done" : undefined));
    wire.call(1, "or_key_update", { hash: [...account.state.keys.keys()][0], name: "x" });
    await wire.until("the request", () => asked("PATCH", "/keys"));
    assert.equal(await wire.end(), 0);
  });

  it("reports a cancelled read to a client that still reads", async () => {
    await start(({ path }) => (path.startsWith("/credits") ? "done" : undefined));
    wire.call(1, "or_credits");
    await wire.until("the request", () => asked("GET", "/credits"));
    assert.equal(await wire.end(), 0);
    const { result } = await wire.answer(1);
    assert.deepEqual([result.isError, withoutSampleLine(result.content[0].text)], [true, "or_credits was cancelled."]);
  });

  it("responds to calls that need no request before it exits", async () => {
    await start(() => undefined);
    for (let i = 0; i < 20; i++) wire.request(i, "tools/list");
    wire.request("page", "resources/read", { uri: "ui://openrouter-admin/activity.html" });
    assert.equal(await wire.end(), 0);
    for (const id of [0, 19, "page"]) assert.ok((await wire.answer(id)).result);
  });

  it("delivers everything to a client that reads slowly", async () => {
    await start(() => undefined);
    wire.child.stdout.pause();
    for (let i = 0; i < 300; i++) wire.request(i, "tools/list");
    await delay(500);
    assert.ok(wire.answers.length < 50, "nothing was held back");
    wire.child.stdout.resume();
    for (let i = 0; i < 300; i++) assert.ok((await wire.answer(i)).result.tools.length);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
