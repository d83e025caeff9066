import assert from "node:assert/strict";
import { serverEnv } from "../../src/editor/mcp/serverEnv.ts";
import { findServerProxy, type NetworkSettings, type ServerProxy } from "../../src/editor/mcp/serverProxy.ts";

const HOST = "openrouter.ai";
const proxied: ServerProxy = { way: "proxy", url: "http://proxy:3128" };
const direct: ServerProxy = { way: "direct" };
const throughWindow: ServerProxy = { way: "window" };
type Case = [
  what: string,
  settings: NetworkSettings,
  inherited: Record<string, string>,
  way: ServerProxy,
  node?: string,
];

describe("the way of a server that VS Code starts", () => {
  const cases: Case[] = [
    ["nothing", {}, {}, direct],
    ["http.proxy", { proxy: " http://proxy:3128 " }, {}, proxied],
    ["http.proxy, which wins over a variable", { proxy: "http://proxy:3128" }, { HTTPS_PROXY: "http://b:1" }, proxied],
    ["HTTPS_PROXY", {}, { HTTPS_PROXY: "http://proxy:3128" }, proxied],
    ["https_proxy, which wins", {}, { HTTPS_PROXY: "http://b:1", https_proxy: "http://proxy:3128" }, proxied],
    ["http_proxy, as VS Code", {}, { http_proxy: "http://proxy:3128" }, proxied],
    ["an address without a scheme, which VS Code ignores", { proxy: "proxy:3128" }, {}, direct],
    ["a variable without a scheme", {}, { HTTPS_PROXY: "proxy:3128" }, direct],
    ["http.proxySupport off", { proxy: "http://proxy:3128", proxySupport: "off" }, {}, direct],
    ["http.noProxy", { proxy: "http://proxy:3128", noProxy: ["openrouter.ai"] }, {}, direct],
    ["http.noProxy with a port", { proxy: "http://proxy:3128", noProxy: ["openrouter.ai:443"] }, {}, direct],
    ["http.noProxy with another port", { proxy: "http://proxy:3128", noProxy: ["openrouter.ai:80"] }, {}, proxied],
    [
      "http.noProxy for a longer name",
      { proxy: "http://proxy:3128", noProxy: ["router.ai", "api.openrouter.ai"] },
      {},
      proxied,
    ],
    ["http.noProxy *", { proxy: "http://proxy:3128", noProxy: ["*"] }, {}, direct],
    ...["*.corp.example", "*.openrouter.ai", "open*", "*ai", "*:443", "**", "10.0.0.0/8", "0.0.0.0/0", "", ":443"].map(
      (entry): Case => [
        `http.noProxy ${JSON.stringify(entry)}, which VS Code doesn't match`,
        { proxy: "http://proxy:3128", noProxy: [entry] },
        {},
        proxied,
      ],
    ),
    ["http.noProxy * among others", { proxy: "http://proxy:3128", noProxy: ["a.example", " * "] }, {}, direct],
    ["http.noProxy with a leading dot", { proxy: "http://proxy:3128", noProxy: [".openrouter.ai"] }, {}, direct],
    ["NO_PROXY *", { proxy: "http://proxy:3128" }, { NO_PROXY: " * " }, direct],
    ["NO_PROXY with a wildcard", { proxy: "http://proxy:3128" }, { NO_PROXY: "*.corp.example,b" }, proxied],
    ["NO_PROXY with a space before *, as VS Code", { proxy: "http://proxy:3128" }, { NO_PROXY: "b, *" }, proxied],
    ["NO_PROXY", { proxy: "http://proxy:3128" }, { NO_PROXY: "a.example, .openrouter.ai" }, direct],
    ["no_proxy", {}, { HTTPS_PROXY: "http://proxy:3128", no_proxy: "OpenRouter.ai" }, direct],
    [
      "NO_PROXY, which http.noProxy replaces",
      { proxy: "http://proxy:3128", noProxy: ["a.example"] },
      { NO_PROXY: HOST },
      proxied,
    ],
    ["a password in http.proxy", { proxy: "http://someone:secret@proxy:3128" }, {}, throughWindow],
    ["a user name in http.proxy", { proxy: "http://someone@proxy:3128" }, {}, throughWindow],
    ["a password in a variable", {}, { HTTPS_PROXY: "http://someone:secret@proxy:3128" }, throughWindow],
    ["http.proxyAuthorization", { proxy: "http://proxy:3128", proxyAuthorization: "Basic x" }, {}, throughWindow],
    ["Kerberos", { proxy: "http://proxy:3128", proxyKerberosServicePrincipal: "HTTP/proxy" }, {}, throughWindow],
    ["a SOCKS proxy", { proxy: "socks5://proxy:1080" }, {}, throughWindow],
    ["an invalid address", { proxy: "http://proxy:port" }, {}, throughWindow],
    ["Node 22.20", { proxy: "http://proxy:3128" }, {}, throughWindow, "22.20.0"],
    ["Node 22.21", { proxy: "http://proxy:3128" }, {}, proxied, "22.21.0"],
    ["Node 23", { proxy: "http://proxy:3128" }, {}, throughWindow, "23.11.0"],
    ["Node 22.15 without a proxy", {}, {}, direct, "22.15.1"],
  ];
  for (const [what, settings, inherited, way, node = "24.0.0"] of cases)
    it(`with ${what}: ${way.way}`, () => assert.deepEqual(findServerProxy(HOST, settings, inherited, node), way));

  const access = { key: "a key", baseUrl: "https://openrouter.ai/api/v1" };

  it("through the window leaves the key and the proxy's credentials out of the environment", () => {
    for (const proxy of ["http://someone:secret@proxy:3128", "socks5://proxy:1080"]) {
      const env = serverEnv(access, { proxy }, {});
      assert.equal(env.OPENROUTER_PROVISIONING_KEY, null);
      assert.equal(env.OPENROUTER_ADMIN_CHANNEL, "1");
      assert.doesNotMatch(JSON.stringify(env), /secret|proxy:|a key/);
    }
  });

  it("through a proxy has no exception for OpenRouter, whose exceptions VS Code has already applied", () => {
    const env = serverEnv(
      access,
      { proxy: "http://proxy:3128", noProxy: ["a.example"] },
      { NO_PROXY: "openrouter.ai,b" },
    );
    assert.equal(env.NO_PROXY, "a.example,b,127.0.0.1,localhost,::1,[::1]");
  });

  it("through a proxy has no wildcard that Node could take for OpenRouter", () => {
    const noProxy = ["*router.ai", "a.example openrouter.ai", "*.corp.example"];
    const env = serverEnv(access, { proxy: "http://proxy:3128", noProxy }, {});
    assert.equal(env.NO_PROXY, "a.example,127.0.0.1,localhost,::1,[::1]");
  });

  it("to an account on this machine is direct, whatever the proxy", () => {
    for (const proxy of ["http://proxy:3128", "http://someone:secret@proxy:3128"]) {
      const env = serverEnv({ ...access, baseUrl: "http://127.0.0.1:1/api/v1" }, { proxy }, { HTTPS_PROXY: proxy });
      assert.deepEqual([env.OPENROUTER_PROVISIONING_KEY, env.NODE_USE_ENV_PROXY], ["a key", null]);
    }
  });

  it("doesn't let an inherited variable without a scheme end the server at its start", () => {
    assert.equal(
      serverEnv(access, {}, { HTTPS_PROXY: "proxy:3128", NODE_USE_ENV_PROXY: "1" }).NODE_USE_ENV_PROXY,
      null,
    );
  });
});
