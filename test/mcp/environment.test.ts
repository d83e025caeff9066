// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tests use placeholders that were not replaced.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { randomKey, SERVER, serverEnv, startServer } from "../support/mcp.ts";

/** A proxy that records requests and forwards nothing. */
async function startProxy() {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  return { requests, url: await listen(server), server };
}

async function listen(server: Server, host = "127.0.0.1"): Promise<string> {
  server.listen(0, host);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(env: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, [SERVER], { env });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.end();
  const [code] = await once(child, "close");
  return { code, stderr };
}

describe("MCP server: inherited environment", () => {
  let account: SampleAccount;
  let folder: string;
  before(async () => {
    account = await startSampleAccount();
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-env-"));
  });
  after(async () => {
    await account.close();
    rmSync(folder, { recursive: true });
  });

  /** Loaded before the server; records the environment and a diagnostic report when it exits. */
  function witness(): { NODE_OPTIONS: string; read(): { env: Record<string, string>; report: string } } {
    const file = join(folder, `${Math.random()}.json`);
    const script = `${file}.cjs`;
    writeFileSync(
      script,
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(file)},
        JSON.stringify({ env: process.env, report: JSON.stringify(process.report.getReport()) })));`,
    );
    return { NODE_OPTIONS: `--require ${script}`, read: () => JSON.parse(readFileSync(file, "utf8")) };
  }

  it("removes the key and injecting variables from the environment and from diagnostic reports", async () => {
    const { NODE_OPTIONS, read } = witness();
    const inherited = {
      ...{ NODE_PATH: folder, NODE_DEBUG: "none", NODE_REPL_EXTERNAL_MODULE: "x", NODE_TLS_REJECT_UNAUTHORIZED: "1" },
      ...{ SSLKEYLOGFILE: join(folder, "keys.log"), OPENSSL_MODULES: folder, NODE_DEBUG_NATIVE: "NONE" },
    };
    const { code, stderr } = await run({ ...serverEnv(account), ...inherited, NODE_OPTIONS, KEPT: "kept" });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^NODE_OPTIONS loads code into this server/m);
    const { env, report } = read();
    assert.equal(env.KEPT, "kept");
    for (const name of ["OPENROUTER_PROVISIONING_KEY", "NODE_OPTIONS", ...Object.keys(inherited)])
      assert.ok(!(name in env), name);
    assert.ok(!JSON.stringify(env).includes(account.key) && !report.includes(account.key));
    assert.equal(JSON.parse(report).environmentVariables, undefined);
  });

  it("writes no coverage", async () => {
    const coverage = join(folder, "coverage");
    const server = await startServer({ ...serverEnv(account), NODE_V8_COVERAGE: coverage });
    assert.equal((await server.call("or_credits")).isError, false);
    await server.close();
    assert.deepEqual(existsSync(coverage) ? readdirSync(coverage) : [], []);
  });

  it("closes an inspector opened by NODE_OPTIONS", async () => {
    const server = await startServer({ ...serverEnv(account), NODE_OPTIONS: "--inspect=127.0.0.1:0" });
    try {
      assert.equal((await server.call("or_credits")).isError, false);
      const address = /ws:\/\/(127\.0\.0\.1:\d+)\//.exec(server.stderr())?.[1] ?? assert.fail(server.stderr());
      await assert.rejects(fetch(`http://${address}/json/list`));
    } finally {
      await server.close();
    }
  });

  it("exits with one line if certificate verification is turned off", async () => {
    const key = randomKey();
    const { code, stderr } = await run({ OPENROUTER_PROVISIONING_KEY: key, NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^NODE_TLS_REJECT_UNAUTHORIZED=0 turns off certificate verification, which isn't allowed; nothing was sent\. .*\n$/,
    );
    assert.ok(!stderr.includes(key));
  });

  it("exits with one line for a quoted key or a placeholder, without sending anything", async () => {
    const before = account.requests.length;
    for (const key of [
      `"${account.key}"`,
      `Bearer ${account.key}`,
      "${env:KEY}",
      "${input:key}",
      "%KEY%",
      "<your key>",
    ]) {
      const { code, stderr } = await run(serverEnv({ key, baseUrl: account.baseUrl }));
      assert.equal(code, 1, key);
      assert.match(stderr, /^OPENROUTER_PROVISIONING_KEY .* Nothing was sent\. .*\n$/);
      assert.ok(!stderr.includes(account.key.slice(9, 25)));
    }
    assert.equal(account.requests.length, before);
  });
});

describe("MCP server: loopback and proxies", () => {
  for (const [name, no] of [
    ["without NO_PROXY", {}],
    ["with another host in NO_PROXY", { NO_PROXY: "intra.example" }],
    ["with an empty no_proxy", { no_proxy: "", NO_PROXY: "intra.example" }],
    ["with *", { NO_PROXY: "*" }],
  ] as [string, Record<string, string>][])
    it(`sends requests to this machine without a proxy: ${name}`, async () => {
      const account = await startSampleAccount();
      const proxy = await startProxy();
      const through = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, HTTPS_PROXY: proxy.url, https_proxy: proxy.url };
      try {
        for (const host of ["127.0.0.1", "localhost"]) {
          const baseUrl = account.baseUrl.replace("127.0.0.1", host);
          const server = await startServer({
            ...serverEnv({ ...account, baseUrl }),
            ...through,
            ...no,
            NODE_USE_ENV_PROXY: "1",
          });
          try {
            assert.equal((await server.call("or_credits")).isError, false);
          } finally {
            await server.close();
          }
        }
        assert.deepEqual(proxy.requests, []);
      } finally {
        proxy.server.close();
        await account.close();
      }
    });

  it("sends requests to OpenRouter through the proxy", async () => {
    const proxy = await startProxy();
    const env = {
      HTTPS_PROXY: proxy.url,
      https_proxy: proxy.url,
      NODE_USE_ENV_PROXY: "1",
      OPENROUTER_PROVISIONING_KEY: randomKey(),
    };
    const server = await startServer(env);
    try {
      assert.equal((await server.call("or_generation", { id: "gen-1" })).isError, true);
      assert.equal(proxy.requests[0], "CONNECT openrouter.ai:443");
    } finally {
      await server.close();
      proxy.server.close();
    }
  });
});
