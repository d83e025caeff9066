// A proxy on loopback that tunnels CONNECT requests, or fails in the ways that real ones do.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsProxy } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Certificate } from "./certificates.ts";

/** What the proxy does with a CONNECT request to a known host. */
export type ProxyBehavior =
  | "tunnel"
  /** Never responds. */
  | "hang"
  /** Closes the connection without a response. */
  | "reset"
  /** Responds with something else than HTTP. */
  | "garbage"
  /** Tunnels, but the connection breaks with the first bytes that the client sends. */
  | "break"
  /** Refuses with this status. */
  | number;

export interface ProxyOptions {
  /** The port of this machine that a host's tunnel leads to, by `host:port`. Other hosts are refused. */
  targets: Record<string, number>;
  /** `user:password`; other requests get a 407. */
  credentials?: string;
  /** Makes it a proxy that is itself reached over TLS. */
  certificate?: Certificate;
}

export interface ConnectProxy {
  /** Without credentials. */
  url: string;
  port: number;
  /** `host:port` of each CONNECT request, and method and URL of any other request. */
  requests: string[];
  behavior: ProxyBehavior;
  /** May be changed: where new tunnels lead to. */
  targets: Record<string, number>;
  /** `user:password` that new tunnels require. */
  credentials: string | undefined;
  /** Ends all tunnels, so that the next request needs a new one. */
  disconnect(): void;
  /** Accepts no more connections. */
  stop(): void;
  close(): Promise<void>;
}

const REFUSED = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";

export async function startConnectProxy({ targets, credentials, certificate }: ProxyOptions): Promise<ConnectProxy> {
  const sockets = new Set<Duplex>();
  const server: Server = certificate ? createTlsProxy(certificate) : createServer();
  server.on("connection", (socket: Socket) => track(socket));
  server.on("request", (request, response) => {
    proxy.requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    const host = request.url ?? "";
    proxy.requests.push(host);
    track(socket);
    const { behavior } = proxy;
    const expected = proxy.credentials && `Basic ${Buffer.from(proxy.credentials).toString("base64")}`;
    if (expected && request.headers["proxy-authorization"] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="test"\r\n\r\n');
      return;
    }
    if (behavior === "hang") return;
    if (behavior === "reset") return socket.destroy();
    if (behavior === "garbage") return socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    if (typeof behavior === "number") return socket.end(`HTTP/1.1 ${behavior} No\r\ncontent-length: 0\r\n\r\n`);
    if (behavior === "break") {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.destroy());
      return;
    }
    const port = proxy.targets[host];
    if (port === undefined) return socket.end(REFUSED);
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    track(upstream);
    upstream.on("error", () => socket.destroy());
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const proxy: ConnectProxy = {
    ...{ url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`, port, requests: [], behavior: "tunnel" },
    ...{ targets, credentials },
    disconnect() {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => void server.close(),
    async close() {
      const closed = server.listening && once(server, "close");
      proxy.stop();
      proxy.disconnect();
      await closed;
    },
  };
  return proxy;

  function track(socket: Duplex): void {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  }
}
