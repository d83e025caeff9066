import assert from "node:assert/strict";
import { serverEnv } from "../../src/editor/mcp/serverEnv.ts";

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
    assert.ok(!JSON.stringify(env).includes("proxy"), "the server sends nothing itself");
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
    assert.equal(serverEnv(access, { proxy: "http://proxy:3128", proxySupport: "off" }, {}).HTTPS_PROXY, undefined);
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
