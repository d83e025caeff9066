import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { SampleAccount } from "../../src/sample/index.ts";

/**
 * Serves several accounts at one address, like OpenRouter: forwards each request to the account of its key.
 * @param moreKeys more keys of the accounts, with the account's own key
 */
export async function startKeyRouter(
  accounts: readonly SampleAccount[],
  moreKeys: Readonly<Record<string, string>> = {},
): Promise<{ baseUrl: string; close(): void }> {
  const server = createServer((incoming, outgoing) => {
    const given = incoming.headers.authorization?.replace(/^Bearer /, "") ?? "";
    const own = moreKeys[given] ?? given;
    const account = accounts.find(({ key }) => own === key) ?? accounts[0]!;
    const { method } = incoming;
    const headers = { ...incoming.headers, authorization: `Bearer ${own}` };
    const url = new URL(incoming.url ?? "/", account.baseUrl);
    const forwarded = request(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
