// Each failure is a real one: a process with a proxy and certificates on this machine sends a request.
import assert from "node:assert/strict";
import type { ConnectionFailure } from "../../src/openrouter/http/failedLink.ts";
import { type NetworkBench, OPENROUTER, proxyEnv, sendRequest, startNetworkBench } from "../support/network/bench.ts";
import type { Certificate } from "../support/network/certificates.ts";
import type { ProxyBehavior, ProxyOptions } from "../support/network/connectProxy.ts";
import { closedPort } from "../vscode/host/server.ts";

interface Case extends Partial<ConnectionFailure> {
  certificate?(bench: NetworkBench): Certificate;
  behavior?: ProxyBehavior;
  options?: Partial<ProxyOptions>;
  /** Changes the address of the proxy. */
  address?(url: string): string;
  /** Without the private CA's certificate. */
  untrusted?: boolean;
  says: RegExp;
  cure: RegExp;
}

const PROXY_CURE = /http\.proxy .*HTTPS_PROXY/;
const CA_CURE = /certificate store.*NODE_EXTRA_CA_CERTS/;
const withCredentials = (given: string) => (url: string) => url.replace("//", `//${given}@`);

const cases: Record<string, Case> = {
  "a proxy that isn't running": {
    ...{ link: "proxyUnreachable", reason: "ECONNREFUSED" },
    address: () => "http://127.0.0.1:9",
    host: "127.0.0.1:9",
    ...{ says: /the proxy 127\.0\.0\.1:9 \(ECONNREFUSED\)/, cure: PROXY_CURE },
  },
  "a proxy whose name is unknown": {
    link: "proxyNotFound",
    address: () => "http://proxy.invalid:3128",
    host: "proxy.invalid",
    ...{ says: /the proxy proxy\.invalid was not found/, cure: PROXY_CURE },
  },
  "a proxy that wants credentials": {
    ...{ link: "proxyCredentials", reason: "407", options: { credentials: "someone:hidden-word" } },
    ...{ says: /requires a user name and password \(407\)/, cure: /user:password@host:port.*http\.proxy/ },
  },
  "a proxy that rejects the credentials": {
    ...{ link: "proxyCredentials", reason: "407", options: { credentials: "someone:hidden-word" } },
    address: withCredentials("someone:wrong-word"),
    ...{ says: /requires a user name and password/, cure: /http\.proxy/ },
  },
  ...Object.fromEntries(
    [400, 403, 404, 429, 500, 502, 503, 504].map((status): [string, Case] => [
      `a proxy that refuses the host with ${status}`,
      {
        ...{ link: "proxyRefused", reason: String(status), behavior: status },
        ...{ says: new RegExp(`refused to connect to openrouter\\.ai:443 \\(${status}\\)`), cure: /NO_PROXY/ },
      },
    ]),
  ),
  "something that isn't a proxy": {
    ...{ link: "proxyProtocol", behavior: "garbage", beforeRequest: false },
    ...{ says: /isn't an HTTP proxy/, cure: /look for the key/ },
  },
  "an http proxy with an https address": {
    ...{ link: "tls", address: (url) => url.replace("http:", "https:") },
    ...{ says: /a secure connection to openrouter\.ai:443 couldn't be established/, cure: /http:\/\/ or https:\/\// },
  },
  "a connection that breaks within the tunnel": {
    ...{ link: "closed", behavior: "break", reason: "ECONNRESET" },
    ...{
      says: /no connection to openrouter\.ai:443: it was closed before a response arrived/,
      cure: /firewall or VPN/,
    },
  },
  "an unknown issuer": {
    ...{ link: "certificateUnknown", reason: "SELF_SIGNED_CERT_IN_CHAIN", untrusted: true },
    ...{ says: /an issuer that this computer doesn't trust/, cure: CA_CURE },
  },
  "an unknown issuer that isn't sent along": {
    ...{ link: "certificateUnknown", reason: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", untrusted: true },
    certificate: ({ ca }) => ca.issue({ host: "openrouter.ai", withoutIssuer: true }),
    ...{ says: /an issuer that this computer doesn't trust/, cure: CA_CURE },
  },
  "a self-signed certificate": {
    ...{ link: "certificateUnknown", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    certificate: (bench) => bench.selfSigned(),
    ...{ says: /an issuer that this computer doesn't trust/, cure: CA_CURE },
  },
  "an expired certificate": {
    ...{ link: "certificateExpired", reason: "CERT_HAS_EXPIRED" },
    certificate: ({ ca }) => ca.issue({ host: "openrouter.ai", expired: true }),
    ...{ says: /has expired/, cure: /clock/ },
  },
  "a certificate of another host": {
    ...{ link: "certificateHost", reason: "ERR_TLS_CERT_ALTNAME_INVALID", host: "openrouter.ai" },
    certificate: ({ ca }) => ca.issue({ host: "portal.example" }),
    ...{ says: /isn't for openrouter\.ai/, cure: /Sign in to the network/ },
  },
};

describe("the link of the connection that failed", () => {
  let bench: NetworkBench;

  before(async () => {
    bench = await startNetworkBench();
  });
  after(() => bench.close());

  const env = (proxyUrl: string, untrusted = false) => ({
    ...proxyEnv(proxyUrl),
    ...(untrusted ? {} : { NODE_EXTRA_CA_CERTS: bench.ca.file }),
    TEST_KEY: bench.account.key,
  });

  it("is none with the proxy's credentials and the CA's certificate", async () => {
    const front = await bench.front();
    const proxy = await bench.proxy(front, { credentials: "someone:hidden-word" });
    const { works, output } = await sendRequest(env(withCredentials("someone:hidden-word")(proxy.url)));
    assert.ok(works, output);
    assert.deepEqual([proxy.requests, front.serverNames], [[OPENROUTER], ["openrouter.ai"]]);
  });

  for (const [what, { certificate, behavior, options, address, untrusted, says, cure, ...expected }] of Object.entries(
    cases,
  ))
    it(`is named for ${what}, and a write surely wasn't sent`, async () => {
      const front = await bench.front(certificate?.(bench));
      const proxy = await bench.proxy(front, options);
      if (behavior) proxy.behavior = behavior;
      const variables = env(address ? address(proxy.url) : proxy.url, untrusted);
      const written = await sendRequest(variables, { operation: "create" });
      assert.deepEqual({ ...written.connection, ...expected }, written.connection, written.output);
      assert.match(written.message ?? "", says);
      assert.match(written.nextStep ?? "", cure);
      const isSure = expected.beforeRequest ?? true;
      assert.equal(written.mayHaveTakenEffect, isSure ? undefined : true);
      assert.equal(/may have been created/.test(written.message ?? ""), !isSure);
      assert.doesNotMatch(written.output, /hidden-word|wrong-word|NODE_TLS_REJECT|disable|turn off/i);
      assert.ok(!written.output.includes(bench.account.key));
      assert.ok(proxy.requests.every((request) => request === OPENROUTER));
      assert.equal(
        bench.account.requests.length,
        bench.account.requests.filter(({ method }) => method === "GET").length,
      );
    });

  it("is named for a network without DNS, and for a closed port", async () => {
    const direct = { NODE_EXTRA_CA_CERTS: bench.ca.file, TEST_KEY: bench.account.key };
    // Too long for DNS, so nobody is asked.
    const host = `${"no-such-name-in-this-network.".repeat(10)}openrouter.ai`;
    const unknown = await sendRequest(direct, { baseUrl: `https://${host}/api/v1` });
    assert.equal(unknown.connection?.link, "notFound", unknown.output);
    const port = await closedPort();
    const closed = await sendRequest(direct, { baseUrl: `http://127.0.0.1:${port}/api/v1` });
    assert.deepEqual([closed.connection?.link, closed.connection?.host], ["unreachable", `127.0.0.1:${port}`]);
  });

  it("is none if an intercepting page responds", async () => {
    const front = await bench.front(undefined, (_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in to Hotel Wi-Fi</title>"),
    );
    const { name, connection, message } = await sendRequest(env((await bench.proxy(front)).url));
    assert.deepEqual([name, connection], ["IntermediaryError", undefined]);
    assert.match(message ?? "", /Sign in to Hotel Wi-Fi/);
  });
});
