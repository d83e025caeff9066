import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A proxy that refuses everything: a client that is told to use it reaches loopback and nothing else. Update checks and
 * telemetry that settings do not turn off end here.
 */
export async function startGate() {
  const refused: string[] = [];
  const server = createServer((request, response) => {
    refused.push(`${request.method} ${request.url}`);
    response.writeHead(403).end();
  });
  server.on("connect", ({ url }, socket) => {
    refused.push(`CONNECT ${url}`);
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const loopback = "127.0.0.1,localhost";
  return {
    /** The requests that were refused. */
    refused,
    env: {
      ...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: loopback },
      ...{ http_proxy: proxy, https_proxy: proxy, all_proxy: proxy, no_proxy: loopback },
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
