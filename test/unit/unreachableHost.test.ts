import assert from "node:assert/strict";
import dns from "node:dns";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { createClient, getCredits } from "../../src/openrouter/index.ts";
import { randomKey } from "../support/mcp.ts";

describe("a host with several addresses, none of which is reachable", () => {
  const { lookup } = dns;

  before(() => {
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ];
    dns.lookup = ((_host: string, _options: object, done: (error: null, found: object[]) => void) =>
      process.nextTick(done, null, addresses)) as unknown as typeof dns.lookup;
  });
  after(() => {
    dns.lookup = lookup;
  });

  it("is not taken for a proxy that requires credentials", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const client = createClient({ key: randomKey(), baseUrl: `http://localhost:${port}/api/v1`, timeoutMs: 3000 });
    await assert.rejects(
      getCredits(client),
      /NetworkError: GET \/credits: no connection to localhost:\d+ \(ECONNREFUSED\)/,
    );
  });
});
