import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  body: string;
}

/** Changes the account's response. */
interface Rewrite {
  status?: number;
  headers?: Record<string, string>;
  body(text: string): string | Buffer;
}

type Verdict = "done" | "after" | Rewrite | undefined;

/** Decides what happens to a request, the n-th (from 1) with its method and path. Undefined forwards it. */
export type Fault = (request: Received, response: ServerResponse, n: number) => Verdict | Promise<Verdict>;

interface FaultOptions {
  /** The key to send to the account instead of the client's, so that one key can open several accounts. */
  key?: string;
}

/**
 * Starts a proxy in front of an account on this machine. `fault` returns "done" if it has responded itself (or hangs), "after"
 * to forward the request and drop the response, or a rewrite of the response.
 */
export async function startFaultProxy(target: string, fault: Fault, { key }: FaultOptions = {}) {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const request = { method: incoming.method ?? "", path: (incoming.url ?? "").replace("/api/v1", ""), body };
    received.push(request);
    const same = received.filter((other) => other.method === request.method && other.path === request.path);
    const verdict = await fault(request, response, same.length);
    if (verdict === "done") return;
    const answer = await forward(incoming, `${target}${request.path}`, body, key);
    if (verdict === "after") {
      if (!response.writableEnded) response.destroy();
      return;
    }
    const rewrite = typeof verdict === "object" ? verdict : undefined;
    const text = await answer.text();
    response
      .writeHead(rewrite?.status ?? answer.status, { "content-type": "application/json", ...rewrite?.headers })
      .end(rewrite ? rewrite.body(text) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(incoming: IncomingMessage, url: string, body: string, key?: string): Promise<Response> {
  const authorization = key === undefined ? (incoming.headers.authorization ?? "") : `Bearer ${key}`;
  const headers = { authorization, "content-type": "application/json" };
  return fetch(url, { method: incoming.method, headers, body: body || undefined });
}

/** Sends a JSON response. */
export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): "done" {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  return "done";
}

export const apiError = (code: number, message: string) => ({ error: { code, message } });
