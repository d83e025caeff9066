// The connecting side of the channel: finds an open VS Code window and sends requests to it.
import { lstat } from "node:fs/promises";
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { type FoundEntry, isPrivate, listEntries, removeEntry } from "./entries.ts";
import {
  type ChannelAnswer,
  type ChannelRequest,
  type Entry,
  MAX_ANSWER_BYTES,
  MAX_DECISION_MS,
  PATHS,
  readAnswer,
  readState,
  type WindowState,
} from "./protocol.ts";

/** A window returns its state immediately, unless its extension host hangs. */
const MAX_STATE_MS = 5_000;
/** A request to OpenRouter takes at most 30 s, after the user's decision. Shorter than the deadline of a write. */
const MAX_REQUEST_MS = MAX_DECISION_MS + 31_000;

/** The window could not be reached, or closed before it responded. */
export class ChannelError extends Error {
  override name = "ChannelError";
  /** False if the request can't have been sent to OpenRouter. */
  readonly wasSent: boolean;
  readonly isTimeout: boolean;
  /** The request was sent over a kept-alive connection. */
  readonly isReused: boolean;

  constructor(
    message: string,
    wasSent: boolean,
    {
      isTimeout = false,
      isReused = false,
      ...options
    }: ErrorOptions & { isTimeout?: boolean; isReused?: boolean } = {},
  ) {
    super(message, options);
    this.wasSent = wasSent;
    this.isTimeout = isTimeout;
    this.isReused = isReused;
  }
}

/** A window that has returned its state. */
export interface WindowConnection {
  /** Process id of its extension host. */
  pid: number;
  state: WindowState;
  /** @throws ChannelError, or the signal's reason once it aborts */
  send(request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer>;
}

/** Limit concurrent connections, since a socket refuses those beyond its backlog. Each keeps one connection alive. */
const stateAgent = new Agent({ keepAlive: true, maxSockets: 4, maxFreeSockets: 1 });
const requestAgent = new Agent({ keepAlive: true, maxSockets: 30, maxFreeSockets: 1 });

/**
 * Finds the window to use: the one that started this process, else the one that was focused last. Removes the entries of
 * windows that have closed.
 * @param preferredPid the extension host that is tried first
 * @returns undefined if no window is open
 * @throws UnsafeFolderError if other users have access to the folder of entries
 * @throws ChannelError if windows are open and none of them responds
 */
export async function findWindow(folder: string, preferredPid = process.ppid): Promise<WindowConnection | undefined> {
  const tried = new Set<string>();
  let isUnresponsive = false;
  for (;;) {
    const entries = (await listEntries(folder)).filter(({ file }) => !tried.has(file));
    if (entries.length === 0) {
      if (isUnresponsive) throw new ChannelError("VS Code is open but does not respond.", false);
      return undefined;
    }
    const preferred = entries.filter(({ entry }) => entry.pid === preferredPid);
    // In parallel, so that a window that hangs does not delay the others.
    const queries = [...preferred, ...entries.filter((one) => !preferred.includes(one))].map((found) => ({
      found,
      state: fetchState(found),
    }));
    for (const { found, state } of queries) {
      const answer = await state;
      const { pid } = found.entry;
      if (typeof answer === "object")
        return { pid, state: answer, send: (request, signal) => send(found.entry, request, signal) };
      isUnresponsive ||= answer === "unresponsive";
      tried.add(found.file);
    }
    // Another window may have opened in the meantime.
  }
}

async function fetchState(found: FoundEntry, mayRetry = true): Promise<WindowState | "unresponsive" | undefined> {
  try {
    const state = await sendHttp(found.entry, {
      agent: stateAgent,
      method: "GET",
      path: PATHS.state,
      timeoutMs: MAX_STATE_MS,
    });
    return readState(state);
  } catch (error) {
    if (isNotListening(error)) {
      // The window has closed; its process id may belong to another process by now.
      await removeEntry(found);
      return undefined;
    }
    if (!(error instanceof ChannelError)) return undefined;
    if (error.isTimeout || isBusy(error)) return "unresponsive";
    // The other side may have closed the kept-alive connection.
    return mayRetry && error.isReused ? fetchState(found, false) : undefined;
  }
}

async function send(entry: Entry, request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer> {
  const body = JSON.stringify(request);
  // A write may wait for the user, so it must not occupy a pooled connection.
  const agent = request.method === "GET" ? requestAgent : false;
  const answer = readAnswer(
    await sendHttp(entry, { agent, method: "POST", path: PATHS.request, body, timeoutMs: MAX_REQUEST_MS, signal }),
  );
  if (!answer) throw new ChannelError("The VS Code window returned an invalid response.", true);
  return answer;
}

interface HttpRequest {
  agent: Agent | false;
  method: "GET" | "POST";
  path: string;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

async function sendHttp(
  { address, token }: Entry,
  { agent, method, path, body, timeoutMs, signal }: HttpRequest,
): Promise<unknown> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const abort = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let outgoing: ClientRequest | undefined;
  try {
    await requirePrivateSocket(address);
    outgoing = httpRequest({ agent, socketPath: address, method, path, headers, signal: abort });
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    // An upgraded connection emits neither a response nor an error.
    outgoing.once("upgrade", (_response, socket) => socket.destroy());
    outgoing.once("close", () => reject(new Error("closed")));
    outgoing.end(body);
    const response = await promise;
    const text = await readText(response);
    const { statusCode = 500 } = response;
    if (statusCode !== 200)
      throw new ChannelError(`The VS Code window refused the request (${statusCode}).`, statusCode >= 500);
    return JSON.parse(text);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ChannelError) throw error;
    const reason = timeout.aborted ? `did not respond within ${timeoutMs / 1000} s` : "closed before it responded";
    throw new ChannelError(`The VS Code window ${reason}.`, !isNotListening(error), {
      ...{ cause: error, isTimeout: timeout.aborted, isReused: outgoing?.reusedSocket },
    });
  }
}

/** Makes sure that the token is sent to this user's own socket only. */
async function requirePrivateSocket(address: string): Promise<void> {
  if (process.platform === "win32") return;
  const stat = await lstat(dirname(address));
  if (!stat.isDirectory() || !isPrivate(stat))
    throw new ChannelError("Other users have access to the window's socket.", false);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new ChannelError("The window's response is too large.", true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** True if a process listens, but accepts no more connections. */
const isBusy = ({ cause }: ChannelError) => (cause as NodeJS.ErrnoException | undefined)?.code === "EAGAIN";

/** True if no process listens at the address. */
function isNotListening(error: unknown): boolean {
  const cause = error instanceof ChannelError ? error.cause : error;
  return ["ECONNREFUSED", "ENOENT", "ENOTSOCK"].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
}
