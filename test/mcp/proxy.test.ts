import assert from "node:assert/strict";
import * as http from "node:http";
import * as tls from "node:tls";
import { openTestWindow, temporaryHome } from "../support/channelWindow.ts";
import { startServer } from "../support/mcp.ts";
import { type NetworkBench, OPENROUTER, proxyEnv, startNetworkBench } from "../support/network/bench.ts";
import type { ConnectProxy } from "../support/network/connectProxy.ts";

/** The tools that read, and so need a connection each. */
const READS: [string, Record<string, unknown>?][] = [
  ["or_overview"],
  ["or_keys_list"],
  ["or_activity"],
  ["or_models", { search: "gpt" }],
  ["or_guardrails_list"],
];
const CREDENTIALS = "someone:hidden-word";
const withCredentials = (url: string) => url.replace("//", `//${CREDENTIALS}@`);

describe("MCP server behind a proxy with a private certificate authority", () => {
  let bench: NetworkBench;
  let proxy: ConnectProxy;

  before(async () => {
    bench = await startNetworkBench();
    proxy = await bench.proxy(await bench.front());
  });
  beforeEach(() => {
    proxy.behavior = "tunnel";
    proxy.credentials = undefined;
    proxy.requests.length = 0;
  });
  after(() => bench.close());

  const env = (proxies: Record<string, string>) => ({
    ...proxies,
    NODE_EXTRA_CA_CERTS: bench.ca.file,
    OPENROUTER_PROVISIONING_KEY: bench.account.key,
  });

  /** Calls a tool in a new server, and returns its result and everything that the server printed. */
  async function callOnce(variables: Record<string, string>, name = "or_credits", args = {}) {
    const server = await startServer(variables);
    try {
      const { text, isError } = await server.call(name, args);
      return { text, isError, stderr: server.stderr() };
    } finally {
      await server.close();
    }
  }

  for (const [what, proxies] of [
    ["HTTPS_PROXY", (url: string) => ({ HTTPS_PROXY: url })],
    ["https_proxy", (url: string) => ({ https_proxy: url })],
    [
      "https_proxy, which wins over HTTPS_PROXY",
      (url: string) => ({ https_proxy: url, HTTPS_PROXY: "http://127.0.0.1:9" }),
    ],
    ["HTTPS_PROXY without a scheme", (url: string) => ({ HTTPS_PROXY: url.replace("http://", "") })],
    ["HTTP_PROXY only", (url: string) => ({ HTTP_PROXY: url })],
    ["NODE_USE_ENV_PROXY", proxyEnv],
  ] as const)
    it(`uses the proxy of ${what}, for OpenRouter only`, async () => {
      const server = await startServer(env(proxies(proxy.url)));
      try {
        for (const [name, args] of READS) {
          const { text, isError } = await server.call(name, args);
          assert.equal(isError, false, `${name}: ${text}`);
        }
        assert.match(server.stderr(), /^openrouter-admin running on stdio/);
      } finally {
        await server.close();
      }
      assert.deepEqual([...new Set(proxy.requests)], [OPENROUTER]);
    });

  it("sends the proxy's credentials, and shows them nowhere", async () => {
    proxy.credentials = CREDENTIALS;
    const right = await callOnce(env({ HTTPS_PROXY: withCredentials(proxy.url) }));
    assert.equal(right.isError, false, right.text);
    proxy.behavior = 403;
    const refused = await callOnce(env({ HTTPS_PROXY: withCredentials(proxy.url) }));
    assert.match(refused.text, /the proxy refused to connect to openrouter\.ai:443 \(403\)/);
    proxy.credentials = "someone:else";
    const wrong = await callOnce(env({ HTTPS_PROXY: withCredentials(proxy.url) }));
    assert.match(wrong.text, /the proxy requires a user name and password \(407\)/);
    const unusable = await callOnce({
      ...env({ HTTPS_PROXY: `socks5://${CREDENTIALS}@127.0.0.1:${proxy.port}` }),
      NODE_OPTIONS: `--import ${NO_NETWORK}`,
    });
    assert.match(unusable.stderr, /^The proxy in HTTPS_PROXY isn't used: it must be like/m);
    for (const { text, stderr } of [refused, wrong, unusable])
      assert.doesNotMatch(text + stderr, /hidden-word|c29tZW9uZ/);
  });

  for (const [what, value] of [
    ["a path and a query", (url: string) => `${url}/proxy.pac?x=1`],
    ["spaces around it", (url: string) => ` ${url} `],
  ] as const)
    it(`uses a proxy whose address has ${what}`, async () => {
      const { isError, text } = await callOnce(env({ HTTPS_PROXY: value(proxy.url) }));
      assert.equal(isError, false, text);
      assert.deepEqual([...new Set(proxy.requests)], [OPENROUTER]);
    });

  for (const value of ["http://user:pa%ss@127.0.0.1:9", "socks5://127.0.0.1:9", "http://", "://"])
    it(`starts without a proxy that Node can't use, and says so: ${value}`, async () => {
      const server = await startServer(env({ HTTPS_PROXY: value }));
      assert.match(server.stderr(), /The proxy in HTTPS_PROXY isn't used/);
      assert.doesNotMatch(server.stderr(), /pa%ss/);
      await server.close();
    });

  it("reaches a server on this computer without the proxy, however its address is written", async () => {
    const base = bench.account.baseUrl;
    const addresses = [base, base.replace("http://", "HTTP://"), base.replace("127.0.0.1", "localhost")];
    for (const OPENROUTER_BASE_URL of addresses) {
      const { isError, text } = await callOnce({ ...env({ HTTPS_PROXY: proxy.url }), OPENROUTER_BASE_URL });
      assert.equal(isError, false, text);
    }
    assert.deepEqual(proxy.requests, []);
  });

  it("refuses a private certificate authority that isn't configured, and says how to trust it", async () => {
    const { NODE_EXTRA_CA_CERTS: _, ...variables } = env({ HTTPS_PROXY: proxy.url });
    const { text, isError } = await callOnce(variables);
    assert.equal(isError, true);
    assert.match(text, /an issuer that this computer doesn't trust .*certificate store, or set NODE_EXTRA_CA_CERTS/);
    assert.doesNotMatch(text, /NODE_TLS_REJECT_UNAUTHORIZED|disable/i);
    const trusted = await callOnce({ ...variables, NODE_USE_SYSTEM_CA: "1", SSL_CERT_FILE: bench.ca.file });
    assert.equal(trusted.isError, false, trusted.text);
  });

  it("doesn't use the proxy for hosts in NO_PROXY or no_proxy", async () => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const variables = env({ HTTPS_PROXY: proxy.url, [name]: "openrouter.ai", OPENROUTER_ADMIN_ALLOW_WRITE: "1" });
      const { isError } = await callOnce({ ...variables, NODE_OPTIONS: `--import ${NO_NETWORK}` });
      assert.equal(isError, true);
    }
    assert.deepEqual(proxy.requests, []);
  });

  it("says that a write was not sent if the proxy refused it", async () => {
    proxy.behavior = 502;
    const variables = env({ HTTPS_PROXY: proxy.url, OPENROUTER_ADMIN_ALLOW_WRITE: "1" });
    const { text } = await callOnce(variables, "or_key_create", { name: "never sent" });
    assert.match(text, /the proxy refused to connect/);
    assert.doesNotMatch(text, /may have/);
  });

  it("reads through the window once its own connection has failed", async () => {
    const home = await temporaryHome();
    // The window's network is that of this process.
    const restore = useNetwork(proxy.url, bench.ca.pem);
    const window = await openTestWindow(home.folder, {
      account: { key: bench.account.key, baseUrl: "https://openrouter.ai/api/v1" },
    });
    const own = { ...env(proxyEnv("http://127.0.0.1:9")), OPENROUTER_ADMIN_CHANNEL: "1", HOME: home.home };
    const server = await startServer(own);
    try {
      for (const [name, args] of READS) {
        const { text, isError } = await server.call(name, args);
        assert.equal(isError, false, `${name}: ${text}`);
      }
      assert.ok(proxy.requests.length > 0);
      proxy.disconnect();
      proxy.behavior = 407;
      const { text } = await server.call("or_org_members", { limit: 1 });
      assert.match(text, /requires a user name and password/, "the error is the window's");
    } finally {
      await server.close();
      await window.close();
      restore();
      await home.remove();
    }
  });
});

/** Makes look-ups of names fail, so that nothing leaves this machine. */
const NO_NETWORK = `data:text/javascript,${encodeURIComponent(
  `import dns from "node:dns"; dns.lookup = (_, options, done) => done(Object.assign(new Error("offline"), { code: "ENOTFOUND" }));`,
)}`;

/** Makes this process use a proxy and trust a certificate authority. @returns a function that undoes it */
function useNetwork(url: string, ca: string): () => void {
  const { setGlobalProxyFromEnv } = http as unknown as { setGlobalProxyFromEnv(env: object): () => void };
  const before = tls.getCACertificates();
  tls.setDefaultCACertificates([...before, ca]);
  const restore = setGlobalProxyFromEnv({ https_proxy: url });
  return () => {
    restore();
    tls.setDefaultCACertificates(before);
  };
}
