import assert from "node:assert/strict";
import { NetworkError } from "../../src/openrouter/errors.ts";
import { findFailedLink } from "../../src/openrouter/http/failedLink.ts";
import { createClient, createKey, updateKey } from "../../src/openrouter/index.ts";
import { randomKey } from "../support/mcp.ts";

const KEY_HASH = "0".repeat(64);
const URL = "https://openrouter.ai/api/v1/keys";

describe("a write for which no connection is made", function () {
  this.timeout(20_000); // changes are retried
  // `fetch` blocks port 9, and nothing listens at port 3.
  for (const baseUrl of ["http://127.0.0.1:9/api/v1", "http://127.0.0.1:3/api/v1", "http://[::1]:3/api/v1"])
    for (const [what, write] of [
      ["create", (client: ReturnType<typeof createClient>) => createKey(client, { name: "ci" })],
      ["change", (client: ReturnType<typeof createClient>) => updateKey(client, KEY_HASH, { disabled: true })],
    ] as const)
      it(`has certainly not taken effect (${what}, ${baseUrl})`, async () => {
        const client = createClient({ key: randomKey(), baseUrl });
        await assert.rejects(write(client), (error) => {
          assert.ok(error instanceof NetworkError, String(error));
          assert.deepEqual([error.connection?.link, error.mayHaveTakenEffect], ["unreachable", undefined]);
          assert.doesNotMatch(`${error.message} ${error.nextStep}`, /may have/);
          return true;
        });
      });

  const chromium: [error: string, link: string, beforeRequest: boolean][] = [
    ["CONNECTION_REFUSED", "unreachable", true],
    ["NAME_NOT_RESOLVED", "notFound", true],
    ["INTERNET_DISCONNECTED", "unreachable", false],
    ["ADDRESS_UNREACHABLE", "unreachable", false],
    ["CONNECTION_TIMED_OUT", "unreachable", false],
    ["SSL_PROTOCOL_ERROR", "tls", false],
    ["PROXY_CONNECTION_FAILED", "proxyUnreachable", true],
    ["TUNNEL_CONNECTION_FAILED", "proxyRefused", true],
    ["CERT_AUTHORITY_INVALID", "certificateUnknown", true],
    ["CERT_REVOKED", "certificateUnknown", true],
    ["CERT_WEAK_SIGNATURE_ALGORITHM", "certificateUnknown", true],
    ["CERTIFICATE_TRANSPARENCY_REQUIRED", "certificateUnknown", true],
    ["PROXY_CERTIFICATE_INVALID", "certificateUnknown", true],
    ["CERT_DATE_INVALID", "certificateExpired", true],
    ["CERT_COMMON_NAME_INVALID", "certificateHost", true],
    ["NAME_RESOLUTION_FAILED", "notFound", true],
    ["ADDRESS_INVALID", "unreachable", true],
    ["NETWORK_ACCESS_DENIED", "unreachable", true],
    ["BLOCKED_BY_CLIENT", "unreachable", true],
    ["CONNECTION_RESET", "closed", false],
    ["EMPTY_RESPONSE", "closed", false],
  ];
  for (const [code, link, beforeRequest] of chromium)
    it(`is recognized by Chromium's error ${code}`, () => {
      const error = new TypeError("Failed to fetch", { cause: new Error(`net::ERR_${code}`) });
      const failed = findFailedLink(error, URL);
      assert.deepEqual([failed?.link, failed?.beforeRequest], [link, beforeRequest]);
    });

  for (const code of ["FAILED", "TIMED_OUT", "NETWORK_CHANGED", "CERT_DATABASE_CHANGED", "CERT_VERIFIER_CHANGED"])
    it(`isn't recognized by Chromium's error ${code}, which also ends requests that were sent`, () =>
      assert.equal(findFailedLink(new TypeError(`net::ERR_${code}`), URL), undefined));
});
