import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  /** After /api/v1. */
  path: string;
  body: string;
}

/** What the account answered, changed on its way back. */
interface Rewrite {
  status?: number;
  headers?: Record<string, string>;
  body(text: string): string | Buffer;
}

type Verdict = "done" | "after" | Rewrite | undefined;

/** What a faulty network does with the n-th request (from 1) that it concerns; undefined passes it on, at last. */
export type Fault = (request: Received, response: ServerResponse, n: number) => Verdict | Promise<Verdict>;

interface FaultOptions {
  /** Sent to the account in place of whatever key the client sends: one key then opens several accounts. */
  key?: string;
}

/**
 * Stands between a client and an account on this machine and spoils what `fault` says: "done" when the fault answered
 * (or hung), "after" when the request is to take effect and its answer to be lost, a rewrite to change that answer.
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

/** An answer in the API's shape. */
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
