import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, getCredits } from "../../src/openrouter/index.ts";

const HOUR = 3_600_000;
const credits = { data: { total_credits: 1, total_usage: 0 } };
const dateAfter = (ms: number) => new Date(Date.now() + ms).toUTCString();

/** Sends requests to a server and returns how far the client's clock is then ahead of this machine's, in milliseconds. */
async function clockOffsetAfter(answer: (response: ServerResponse, n: number) => void, times = 1): Promise<number> {
  let asked = 0;
  const server = createServer((_request, response) => answer(response, asked++));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const client = createClient({ key: "test", baseUrl: `http://127.0.0.1:${port}/api/v1` });
    for (let i = 0; i < times; i++) await getCredits(client, { fresh: true }).catch(() => {});
    return client.now().getTime() - Date.now();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

describe("Client.now", () => {
  it("follows the API's clock if this machine's is wrong by hours", async () => {
    for (const hours of [-26, 3]) {
      const ahead = await clockOffsetAfter((response) =>
        send(response, 200, { date: dateAfter(hours * HOUR) }, credits),
      );
      assert.ok(Math.abs(ahead - hours * HOUR) < 60_000, `${hours} h: ${ahead} ms`);
    }
  });

  it("follows this machine's clock if they differ by seconds", async () => {
    const ahead = await clockOffsetAfter((response) => send(response, 200, { date: dateAfter(20_000) }, credits));
    assert.ok(Math.abs(ahead) < 1_000);
  });

  it("follows the API's clock in error responses, too", async () => {
    const refusal = { error: { code: 403, message: "no" } };
    const ahead = await clockOffsetAfter((response) => send(response, 403, { date: dateAfter(3 * HOUR) }, refusal));
    assert.ok(Math.abs(ahead - 3 * HOUR) < 60_000);
  });

  for (const [what, status, headers, body] of [
    ["a cached response", 200, { age: "86400" }, credits],
    ["a response that a cache has just stored", 200, { age: "0" }, credits],
    ["a response from Cloudflare's cache", 200, { "cf-cache-status": "HIT" }, credits],
    ["a page with 200", 200, { "content-type": "text/html" }, "<html>sign in</html>"],
    ["a page with 403", 403, { "content-type": "text/html" }, "<html>blocked</html>"],
    ["a gateway's error", 403, {}, { message: "Forbidden" }],
    ["a redirect", 302, { location: "https://login.example.com/" }, ""],
    ["a response without a body", 404, {}, ""],
  ] as const)
    it(`ignores the date of ${what}`, async () => {
      const old = { date: dateAfter(-50 * HOUR), ...headers };
      assert.ok(Math.abs(await clockOffsetAfter((response) => send(response, status, old, body))) < 1_000);
      const ahead = await clockOffsetAfter(
        (response, n) =>
          n === 0 ? send(response, 200, { date: dateAfter(3 * HOUR) }, credits) : send(response, status, old, body),
        2,
      );
      assert.ok(Math.abs(ahead - 3 * HOUR) < 60_000, `${ahead} ms`);
    });

  it("ignores an invalid date", async () => {
    assert.ok(
      Math.abs(await clockOffsetAfter((response) => send(response, 200, { date: "tomorrow" }, credits))) < 1_000,
    );
  });
});
