import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { authenticate, type Callers } from "./auth.ts";
import { ApiError, badRequest, forbidden, notFound } from "./errors.ts";
import type { Settings } from "./route.ts";
import { checkQuery, findRoute } from "./router.ts";
import type { SampleState } from "./state.ts";

export interface RecordedRequest {
  method: string;
  /** Below `/api/v1`, decoded. */
  path: string;
  query: Record<string, string>;
  body: unknown;
  status: number;
}

export interface ServerOptions {
  state: SampleState;
  callers: Callers;
  settings: Settings;
  requests: RecordedRequest[];
  now: () => number;
}

const BASE = "/api/v1";
const MAX_BODY_BYTES = 4_000_000;
const MAX_RECORDED_REQUESTS = 20_000;

/** Creates the listener that responds to requests and records them. */
export function createRequestListener(options: ServerOptions): RequestListener {
  return async (request, response) => {
    const recorded = { method: request.method ?? "", path: "", query: {}, body: undefined, status: 0 };
    options.requests.push(recorded);
    if (options.requests.length > MAX_RECORDED_REQUESTS)
      options.requests.splice(0, options.requests.length - MAX_RECORDED_REQUESTS);
    try {
      const { status, body } = await handleRequest(request, recorded, options);
      recorded.status = status;
      sendJson(response, status, body);
    } catch (error) {
      if (request.errored) return; // the client has disconnected
      const known = error instanceof ApiError ? error : new ApiError(500, "Internal Server Error");
      if (known !== error) console.error(error);
      recorded.status = known.status;
      sendJson(response, known.status, { error: { code: known.status, message: known.message } }, known.headers);
    }
  };
}

async function handleRequest(request: IncomingMessage, recorded: RecordedRequest, options: ServerOptions) {
  const target = `http://127.0.0.1${request.url ?? "/"}`;
  if (!URL.canParse(target)) throw badRequest("The address is not valid");
  const url = new URL(target);
  recorded.query = Object.fromEntries(url.searchParams);
  recorded.path = url.pathname;
  recorded.body = await readBody(request);
  if (!url.pathname.startsWith(`${BASE}/`)) throw notFound(`Not found: ${url.pathname}`);
  const segments = decodeSegments(url.pathname.slice(BASE.length));
  recorded.path = segments.join("/");

  const { route, params } = findRoute(recorded.method, segments);
  const now = options.now();
  const caller = authenticate(request.headers.authorization, options.callers, now);
  if (!caller.management && !route.allowsInferenceKeys)
    throw forbidden("Only management keys can perform this operation");
  const query = checkQuery(route, recorded.query);
  if (new Set(url.searchParams.keys()).size < url.searchParams.size) {
    throw badRequest("A query parameter is given more than once");
  }
  if (!route.body && recorded.body !== undefined) throw badRequest(`${recorded.method} takes no body here`);
  const body = route.body?.(recorded.body, "body");
  const result = route.handle({ ...options, caller, now, params, query, body });
  return { status: route.status ?? 200, body: result };
}

function decodeSegments(path: string): string[] {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    throw badRequest("The path is not valid percent-encoding");
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ApiError(413, "The body is too large");
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw badRequest("The body is not valid JSON");
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}
