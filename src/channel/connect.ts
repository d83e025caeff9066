// The connecting side of the channel: finds a window of VS Code that is there, and asks it.
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

/** A window says at once what it is ready for, unless its extension host hangs. */
const MAX_STATE_MS = 5_000;
/** A request to OpenRouter takes at most 30 s; a person may be asked before it. Less than any call waits. */
const MAX_REQUEST_MS = MAX_DECISION_MS + 31_000;

/** The window could not be reached, or ended before its answer came. */
export class ChannelError extends Error {
  override name = "ChannelError";
  /** False where the request cannot have been carried out. */
  readonly wasSent: boolean;
  readonly isTimeout: boolean;
  /** It was sent over a connection that was there before. */
  readonly isReused: boolean;

  constructor(
    message: string,
    sent: boolean,
    {
      isTimeout = false,
      isReused = false,
      ...options
    }: ErrorOptions & { isTimeout?: boolean; isReused?: boolean } = {},
  ) {
    super(message, options);
    this.wasSent = sent;
    this.isTimeout = isTimeout;
    this.isReused = isReused;
  }
}

/** A window that has answered. */
export interface WindowConnection {
  /** Of its extension host. */
  pid: number;
  state: WindowState;
  /** @throws ChannelError; the signal's reason once it aborts */
  send(request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer>;
}

/** Few connections, of which one stays: more at once than a socket takes would be refused. */
const stateAgent = new Agent({ keepAlive: true, maxSockets: 4, maxFreeSockets: 1 });
const requestAgent = new Agent({ keepAlive: true, maxSockets: 30, maxFreeSockets: 1 });

/**
 * The window to ask: the one that started this process, else the one that was last in front. Entries of windows that
 * are gone are removed.
 * @param preferredPid the extension host that is asked before all others
 * @returns undefined where no window is there
 * @throws UnsafeFolderError where the folder of the entries cannot be trusted
 */
export async function findWindow(folder: string, preferredPid = process.ppid): Promise<WindowConnection | undefined> {
  const tried = new Set<string>();
  let isUnresponsive = false;
  for (;;) {
    const entries = (await listEntries(folder)).filter(({ file }) => !tried.has(file));
    if (entries.length === 0) {
      if (isUnresponsive) throw new ChannelError("VS Code is open, but does not answer.", false);
      return undefined;
    }
    const preferred = entries.filter(({ entry }) => entry.pid === preferredPid);
    // All at once: one that hangs does not hold up those after it.
    const queries = [...preferred, ...entries.filter((one) => !preferred.includes(one))].map((found) => ({
      found,
      state: fetchState(found),
    }));
    for (const { found, state } of queries) {
      const answer = await state;
      const { pid } = found.entry;
      if (typeof answer === "object")
        return { pid, state: answer, send: (request, signal) => send(found.entry, request, signal) };
      isUnresponsive ||= answer === "silent";
      tried.add(found.file);
    }
    // While these were closed another may have been opened.
  }
}

async function fetchState(found: FoundEntry, mayRetry = true): Promise<WindowState | "silent" | undefined> {
  try {
    const state = await sendHttp(found.entry, {
      agent: stateAgent,
      method: "GET",
      path: PATHS.state,
      timeoutMs: MAX_STATE_MS,
    });
    return readState(state);
  } catch (error) {
    // Nobody listens there any more; another process may have its number by now.
    if (isNotListening(error)) await removeEntry(found);
    // A connection that was kept may have been closed at the other end meanwhile.
    else if (mayRetry && error instanceof ChannelError && error.isReused) return fetchState(found, false);
    return error instanceof ChannelError && error.isTimeout ? "silent" : undefined;
  }
}

async function send(entry: Entry, request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer> {
  const body = JSON.stringify(request);
  // What writes may wait for a person: it takes no connection from others.
  const agent = request.method === "GET" ? requestAgent : false;
  const answer = readAnswer(
    await sendHttp(entry, { agent, method: "POST", path: PATHS.request, body, timeoutMs: MAX_REQUEST_MS, signal }),
  );
  if (!answer) throw new ChannelError("The window of VS Code answered with what is no answer.", true);
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
    // What is no HTTP any more ends without an error.
    outgoing.once("upgrade", (_response, socket) => socket.destroy());
    outgoing.once("close", () => reject(new Error("closed")));
    outgoing.end(body);
    const response = await promise;
    const text = await readText(response);
    const { statusCode = 500 } = response;
    if (statusCode !== 200)
      throw new ChannelError(`The window of VS Code refused the request (${statusCode}).`, statusCode >= 500);
    return JSON.parse(text);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ChannelError) throw error;
    const reason = timeout.aborted ? `did not answer within ${timeoutMs / 1000} s` : "was closed before it answered";
    throw new ChannelError(`The window of VS Code ${reason}.`, !isNotListening(error), {
      ...{ cause: error, isTimeout: timeout.aborted, isReused: outgoing?.reusedSocket },
    });
  }
}

/** The token is shown to nobody but this user. */
async function requirePrivateSocket(address: string): Promise<void> {
  if (process.platform === "win32") return;
  const stat = await lstat(dirname(address));
  if (!stat.isDirectory() || !isPrivate(stat))
    throw new ChannelError("The window's socket is not its user's alone.", false);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new ChannelError("The window's answer is too large.", true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** True if there was no one to connect to. */
function isNotListening(error: unknown): boolean {
  const cause = error instanceof ChannelError ? error.cause : error;
  return ["ECONNREFUSED", "ENOENT", "ENOTSOCK"].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
}
