// What can happen to a request on the network. Each fault says whether the account processes the request.
import { gzipSync } from "node:zlib";
import { garble } from "./garble.ts";
import type { Random } from "./random.ts";

/** A response on its way to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface Outcome {
  /** Undefined if the connection is dropped. */
  answer?: Answer;
  delayMs?: number;
  /** Writes the response in pieces. */
  pieces?: boolean;
  /** A field with a wrong value in the response. */
  garbled?: { id: string; field: string };
}

export interface Context {
  random: Random;
  method: string;
  /** The header that a page may echo. */
  authorization: string;
  /** URL of a server that must not get any request. */
  elsewhere: string;
}

/** `before`: the account never gets the request. `after`: it processes the request, and the response is changed. */
type Fault =
  | { when: "before"; weight: number; happens(context: Context): Outcome }
  | { when: "after"; weight: number; happens(context: Context, answer: Answer): Outcome };

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const apiError = (code: number, message: string, headers?: Record<string, string>) =>
  json(code, { error: { code, message } }, headers);
const page = (status: number, { authorization }: Context): Answer => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8", server: "cloudflare" },
  body: `<!doctype html>\n<html><head><title>${status}</title></head><body><h1>Attention</h1><p>${authorization}</p></body></html>`,
});

const PAGES = [200, 200, 401, 403, 404, 502, 503, 520, 524];
const REDIRECTS = [301, 302, 307, 308];

/** 60 MB of one letter in 60 kB. */
const bomb = gzipSync(Buffer.alloc(60_000_000, "x"));

export const faults = {
  dropped: { when: "before", weight: 10, happens: () => ({}) },
  // 407: a proxy requires authentication before it forwards anything.
  page: {
    when: "before",
    weight: 14,
    happens: (context) => ({ answer: page(context.random.pick([...PAGES, 407]), context) }),
  },
  page404: { when: "before", weight: 3, happens: (context) => ({ answer: page(404, context) }) },
  rateLimited: {
    when: "before",
    weight: 8,
    happens: ({ random }) => ({
      answer: apiError(429, "Rate limit exceeded", random.chance(0.5) ? { "retry-after": "1" } : {}),
    }),
  },
  unavailable: { when: "before", weight: 5, happens: () => ({ answer: apiError(503, "Service unavailable") }) },
  redirected: {
    when: "before",
    weight: 4,
    happens: ({ random, elsewhere }) => ({
      answer: { status: random.pick(REDIRECTS), headers: { location: elsewhere }, body: "" },
    }),
  },
  timedOut: {
    when: "before",
    weight: 5,
    happens: ({ random }) => ({ answer: apiError(random.pick([408, 504]), "Timeout") }),
  },
  answerDropped: { when: "after", weight: 12, happens: () => ({}) },
  answerTimedOut: {
    when: "after",
    weight: 5,
    happens: ({ random }) => ({ answer: apiError(random.pick([408, 504]), "Timeout") }),
  },
  answerFailed: {
    when: "after",
    weight: 5,
    happens: ({ random }) => ({ answer: apiError(random.pick([500, 502]), "Internal error") }),
  },
  answerPage: {
    when: "after",
    weight: 10,
    happens: (context) => ({ answer: page(context.random.pick(PAGES), context) }),
  },
  answerCut: {
    when: "after",
    weight: 8,
    happens: ({ random }, answer) => ({
      answer: { ...answer, body: String(answer.body).slice(0, random.below(answer.body.length)) },
    }),
  },
  answerEmpty: {
    when: "after",
    weight: 6,
    happens: ({ random }, answer) => ({
      answer: { status: random.pick([204, 200]), headers: answer.headers, body: "" },
    }),
  },
  fieldOdd: { when: "after", weight: 22, happens: ({ random }, answer) => odd(answer, random) },
  errorInside: {
    when: "after",
    weight: 2,
    happens: () => ({ answer: json(200, { error: { code: 502, message: "Upstream failed" } }) }),
  },
  bomb: {
    when: "after",
    weight: 0.3,
    happens: (_, answer) => ({
      answer: { ...answer, headers: { ...answer.headers, "content-encoding": "gzip" }, body: bomb },
    }),
  },
  late: {
    when: "after",
    weight: 14,
    happens: ({ random }, answer) => ({ answer, delayMs: 50 + random.below(600) }),
  },
  inPieces: { when: "after", weight: 6, happens: (_, answer) => ({ answer, pieces: true }) },
  fromCache: {
    when: "after",
    weight: 4,
    happens: (_, answer) => ({ answer: { ...answer, headers: { ...answer.headers, ...threeDaysOld() } } }),
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** Returns the weight of each fault for a request. A 404 page is most misleading for a DELETE. */
export function weightsFor(method: string, repeated: boolean): Partial<Record<FaultName, number>> {
  const weights = Object.fromEntries(Object.entries(faults).map(([name, { weight }]) => [name, weight])) as Record<
    FaultName,
    number
  >;
  if (method === "DELETE") weights.page404 *= repeated ? 15 : 3;
  if (method === "DELETE") weights.dropped *= 2;
  return weights;
}

function odd(answer: Answer, random: Random): Outcome {
  const garbled = answer.status < 300 ? garble(String(answer.body), random) : undefined;
  if (!garbled) return { answer };
  const { body, id, field } = garbled;
  return { answer: { ...answer, body }, garbled: { id, field } };
}

function threeDaysOld(): Record<string, string> {
  return { age: "259200", date: new Date(Date.now() - 259_200_000).toUTCString() };
}
