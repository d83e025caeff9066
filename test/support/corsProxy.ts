import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What OpenRouter's preflight answers allow, according to published proxies that repeat it. Without `cache-control`. */
const ALLOWED = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,OPTIONS,PATCH,DELETE,POST,PUT",
  "access-control-allow-headers":
    "Authorization, User-Agent, X-Api-Key, X-CSRF-Token, X-Requested-With, Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, X-Api-Version, HTTP-Referer, X-Windowai-Title, X-Openrouter-Title, X-Title",
};

export type CorsProxy = Awaited<ReturnType<typeof startCorsProxy>>;

/**
 * Starts a proxy that lets web pages use an account on this machine, as OpenRouter does. While `allows` is false, it
 * answers without these headers, and a browser blocks the answers. While `redirects` is true, it redirects all requests.
 */
export async function startCorsProxy(target: string) {
  const proxy = { baseUrl: "", allows: true, redirects: false, preflights: [] as string[], close };
  const server = createServer(async (incoming, response) => {
    const cors = proxy.allows ? ALLOWED : {};
    if (incoming.method === "OPTIONS") {
      proxy.preflights.push(String(incoming.headers["access-control-request-headers"]));
      return void response.writeHead(204, cors).end();
    }
    if (proxy.redirects) return void response.writeHead(307, { ...cors, location: `${target}/elsewhere` }).end();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const answer = await fetch(`${target}${(incoming.url ?? "").replace("/api/v1", "")}`, {
      method: incoming.method,
      headers: { authorization: incoming.headers.authorization ?? "", "content-type": "application/json" },
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    response.writeHead(answer.status, { "content-type": "application/json", ...cors }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  return proxy;

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
