// OpenRouter's address as seen from a private network: TLS with a certificate of a private CA, and an account behind it.
import { once } from "node:events";
import { type RequestListener, request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificates.ts";

export interface TlsFront {
  port: number;
  /** The host names that clients asked for in TLS. */
  serverNames: string[];
  close(): Promise<void>;
}

/**
 * Terminates TLS and passes requests on to an account on this machine.
 * @param respond responds instead of the account, like a page that intercepts the connection
 */
export async function startTlsFront(
  certificate: Certificate,
  accountUrl: string,
  respond?: RequestListener,
): Promise<TlsFront> {
  const { hostname, port: accountPort } = new URL(accountUrl);
  const forward: RequestListener = (incoming, response) => {
    const { method, url, headers } = incoming;
    const options = { hostname, port: accountPort, method, path: url, headers: { ...headers, host: hostname } };
    const upstream = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    incoming.pipe(upstream);
  };
  const serverNames: string[] = [];
  const server = createServer(certificate, respond ?? forward);
  server.on("secureConnection", ({ servername }) => serverNames.push(String(servername)));
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...{ port: (server.address() as AddressInfo).port, serverNames },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
