import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, getCredits } from "../../src/openrouter/index.ts";

/** Asks an API whose clock is so many milliseconds ahead; what the client then takes for now, ahead of this machine. */
async function aheadAfter(ms: number): Promise<number> {
  const server = createServer((_request, response) => {
    const date = new Date(Date.now() + ms).toUTCString();
    response.writeHead(200, { date, "content-type": "application/json" });
    response.end(JSON.stringify({ data: { total_credits: 1, total_usage: 0 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const client = createClient({ key: "test", baseUrl: `http://127.0.0.1:${port}/api/v1` });
    await getCredits(client);
    return client.now().getTime() - Date.now();
  } finally {
    server.close();
  }
}

describe("the client's clock", () => {
  it("is the API's where this machine's is wrong by hours", async () => {
    for (const hours of [-26, 3]) {
      const ahead = await aheadAfter(hours * 3_600_000);
      assert.ok(Math.abs(ahead - hours * 3_600_000) < 60_000, `${hours} h: ${ahead} ms`);
    }
  });

  it("is this machine's where they differ by seconds", async () => {
    assert.ok(Math.abs(await aheadAfter(20_000)) < 1_000);
  });
});
