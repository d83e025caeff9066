import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { findFailedLink } from "../../src/openrouter/http/failedLink.ts";
import { createSelfSigned } from "../support/network/certificates.ts";

describe("TLS that isn't established", () => {
  const refusals: Record<string, TlsOptions> = {
    "an old version only": { minVersion: "TLSv1", maxVersion: "TLSv1.1" },
    "no common cipher": { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" },
  };
  for (const [what, options] of Object.entries(refusals))
    it(`surely sent no request: ${what}`, async () => {
      const server = createServer({ ...createSelfSigned("openrouter.ai"), ...options });
      server.on("tlsClientError", () => {});
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const error = await fetch(url).catch((failure: unknown) => failure);
      server.close();
      const failed = findFailedLink(error, url);
      assert.deepEqual([failed?.link, failed?.beforeRequest], ["tls", true], failed?.reason);
    });
});
