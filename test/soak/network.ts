// A faulty network between a client and an account, which injects faults at random and records them.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, type FaultName, faults, type Outcome, weightsFor } from "./faults.ts";
import { randomFrom } from "./random.ts";

/** What happened to the creates with one name. */
export interface Creation {
  /** How often the create was sent. */
  sent: number;
  /** The secret of a response that was delivered completely. */
  delivered?: string;
}

export interface Network {
  baseUrl: string;
  /** Probability of a fault per request, from 0 to 1. */
  rate: number;
  requests: number;
  injected: Map<FaultName, number>;
  /** Creates by name. */
  creations: Map<string, Creation>;
  /** Fields with wrong values in a response, by the id of the item. */
  garbled: Map<string, Set<string>>;
  /** How often a redirect was followed. */
  followed: number;
  close(): Promise<void>;
}

export async function startNetwork(target: string, seed: number): Promise<Network> {
  const random = randomFrom(seed);
  const requestCounts = new Map<string, number>();
  const elsewhere = createServer((_, response) => {
    network.followed += 1;
    response.end("{}");
  });
  const server = createServer(async (incoming, response) => {
    const body = await read(incoming);
    const method = incoming.method ?? "";
    const path = (incoming.url ?? "").replace("/api/v1", "");
    const count = (requestCounts.get(`${method} ${path}`) ?? 0) + 1;
    requestCounts.set(`${method} ${path}`, count);
    network.requests += 1;
    const creation = createdBy(method, path, body, network.creations);
    if (creation) creation.sent += 1;

    const reads = method === "GET" || path.startsWith("/analytics");
    const repeated = method === "DELETE" && count > 1;
    const rate = network.rate * (repeated ? 2 : reads ? 0.6 : 1.6);
    const name = random.chance(rate) ? random.weighted(weightsFor(method, repeated)) : undefined;
    if (name) network.injected.set(name, (network.injected.get(name) ?? 0) + 1);
    const fault = name && faults[name];
    const authorization = incoming.headers.authorization ?? "";
    const context = { random, method, authorization, elsewhere: urlOf(elsewhere) };
    let outcome: Outcome;
    if (fault?.when === "before") outcome = fault.happens(context);
    else {
      const answer = await pass(`${target}${path}`, method, authorization, body);
      outcome = fault ? fault.happens(context, answer) : { answer };
    }
    const { garbled } = outcome;
    if (garbled) network.garbled.set(garbled.id, (network.garbled.get(garbled.id) ?? new Set()).add(garbled.field));
    const arrived = await deliver(response, outcome);
    if (creation && arrived) creation.delivered ??= secretIn(outcome.answer!);
  });
  await Promise.all([listen(server), listen(elsewhere)]);
  const network: Network = {
    ...{ baseUrl: `${urlOf(server)}/api/v1`, rate: 0, requests: 0, followed: 0 },
    ...{ injected: new Map(), creations: new Map(), garbled: new Map() },
    async close() {
      await Promise.all([close(server), close(elsewhere)]);
    },
  };
  return network;
}

function createdBy(method: string, path: string, body: string, all: Map<string, Creation>): Creation | undefined {
  if (method !== "POST" || !/^\/(keys|guardrails)$/.test(path)) return undefined;
  const { name } = JSON.parse(body) as { name: string };
  const creation = all.get(name) ?? { sent: 0 };
  all.set(name, creation);
  return creation;
}

/** Returns the one-time secret that a client can read from the response. */
function secretIn({ status, body, headers }: Answer): string | undefined {
  if (status >= 300 || headers["content-encoding"]) return undefined;
  try {
    const { key } = JSON.parse(String(body)) as { key?: unknown };
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the response. Returns whether it was sent completely. */
async function deliver(response: ServerResponse, { answer, delayMs, pieces }: Outcome): Promise<boolean> {
  if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (!answer || response.destroyed) {
    response.destroy();
    return false;
  }
  const finished = new Promise<boolean>((resolve) => {
    response.once("finish", () => resolve(true));
    response.once("close", () => resolve(response.writableFinished));
  });
  response.writeHead(answer.status, answer.headers);
  const body = Buffer.from(answer.body as string);
  if (pieces)
    for (const end of [1, Math.ceil(body.length / 2)]) {
      response.write(body.subarray(end === 1 ? 0 : 1, end));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  response.end(pieces ? body.subarray(Math.ceil(body.length / 2)) : body);
  return finished;
}

async function pass(url: string, method: string, authorization: string, body: string): Promise<Answer> {
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body || undefined });
  const wait = response.headers.get("retry-after");
  return {
    status: response.status,
    headers: { "content-type": "application/json", ...(wait && { "retry-after": wait }) },
    body: await response.text(),
  };
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
