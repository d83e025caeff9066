import assert from "node:assert/strict";
import { serverEnv } from "../../src/editor/mcp/serverEnv.ts";
import type { NetworkSettings } from "../../src/editor/mcp/serverProxy.ts";

const access = { key: "a key", baseUrl: "https://openrouter.ai/api/v1" };

describe("serverEnv", () => {
  it("contains the account, and removes an inherited permission to write", () => {
    const env = serverEnv(access, {}, { OPENROUTER_ADMIN_ALLOW_WRITE: "1" });
    assert.equal(env.OPENROUTER_PROVISIONING_KEY, "a key");
    assert.equal(env.OPENROUTER_ADMIN_ALLOW_WRITE, null);
  });

  it("removes an inherited selection of tools, since the setting applies", () => {
    for (const own of [access, undefined])
      assert.equal(serverEnv(own, {}, { OPENROUTER_ADMIN_TOOLS: "keys" }).OPENROUTER_ADMIN_TOOLS, null);
  });

  it("without a key, sends all requests through the window, whatever was inherited", () => {
    const inherited = {
      OPENROUTER_PROVISIONING_KEY: "inherited",
      OPENROUTER_BASE_URL: "https://eu.openrouter.ai/api/v1",
    };
    const env = serverEnv(undefined, { proxy: "http://someone:secret@proxy:3128" }, inherited);
    assert.equal(env.OPENROUTER_ADMIN_CHANNEL, "1");
    for (const name of Object.keys(inherited)) assert.equal(env[name], null, name);
    assert.ok(!JSON.stringify(Object.values(env)).includes("proxy"), "the server sends nothing itself");
  });

  it("passes on the editor's proxy, except for loopback hosts", () => {
    const env = serverEnv(
      access,
      { proxy: "http://proxy:3128", noProxy: ["intra.example"] },
      { no_proxy: "a.example, b.example" },
    );
    assert.equal(env.HTTPS_PROXY, "http://proxy:3128");
    assert.equal(env.https_proxy, "http://proxy:3128");
    assert.equal(env.NODE_USE_ENV_PROXY, "1");
    assert.equal(env.NO_PROXY, "intra.example,a.example,b.example,127.0.0.1,localhost,::1,[::1]");
    assert.equal(serverEnv(access, { proxy: "http://proxy:3128", proxySupport: "off" }, {}).HTTPS_PROXY, null);
  });

  const secret = "http://someone:secret@proxy:3128";
  const plain = "http://proxy:3128";
  const ways: [what: string, network: NetworkSettings, variables: Record<string, string>, expected: string | null][] = [
    ["through the window", {}, { HTTPS_PROXY: secret }, null],
    ["through the window, by the setting", { proxy: secret }, { HTTPS_PROXY: secret, http_proxy: secret }, null],
    [
      "without a proxy, by http.proxySupport",
      { proxySupport: "off" },
      { HTTPS_PROXY: secret, https_proxy: secret },
      null,
    ],
    ["without a proxy, by http.noProxy", { noProxy: ["*"] }, { HTTP_PROXY: secret, ALL_PROXY: secret }, null],
    ["without a proxy, by NO_PROXY", {}, { http_proxy: secret, all_proxy: secret, NO_PROXY: "openrouter.ai" }, null],
    ["through http.proxy", { proxy: plain }, { HTTPS_PROXY: secret, HTTP_PROXY: secret, ALL_PROXY: secret }, plain],
    ["through https_proxy", {}, { https_proxy: plain, HTTPS_PROXY: secret, npm_config_https_proxy: secret }, plain],
    ["whatever the spelling", { proxy: plain }, { Https_Proxy: secret, npm_config_proxy: secret }, plain],
  ];
  for (const [what, network, variables, expected] of ways)
    it(`passes no proxy's password on: ${what}`, () => {
      const inherited = { PATH: "/bin", NO_PROXY: "a.example", ...variables };
      for (const own of [access, undefined]) {
        const env = serverEnv(own, network, inherited, "24.0.0");
        // What the server's process gets.
        const result = Object.entries({ ...inherited, ...env }).filter(([, value]) => value !== null);
        assert.doesNotMatch(JSON.stringify(result), /secret/);
        assert.equal(Object.fromEntries(result).PATH, "/bin");
        for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"])
          assert.equal(env[name], own ? expected : null, name);
      }
    });

  it("verifies certificates, whatever was inherited", () => {
    const env = serverEnv(access, { systemCertificates: false }, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    assert.equal(env.NODE_TLS_REJECT_UNAUTHORIZED, null);
    assert.equal(env.NODE_USE_SYSTEM_CA, null);
  });

  it("removes inherited variables that load code, log traffic or disable verification", () => {
    const names = [
      ...["NODE_OPTIONS", "NODE_PATH", "NODE_V8_COVERAGE", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_DEBUG"],
      ...["NODE_REPL_EXTERNAL_MODULE", "NODE_COMPILE_CACHE", "SSLKEYLOGFILE", "OPENSSL_CONF"],
    ];
    const env = serverEnv(access, {}, Object.fromEntries(names.map((name) => [name, "x"])));
    for (const name of names) assert.equal(env[name], null, name);
    assert.ok(!("NODE_EXTRA_CA_CERTS" in env), "a proxy's certificates are kept");
  });
});
