// The connecting side of the channel: finds a window of VS Code that is there, and asks it.
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { type FoundEntry, listEntries, removeEntry } from "./folder.ts";
import {
  type ChannelAnswer,
  type ChannelRequest,
  DECISION_MS,
  type Entry,
  MAX_ANSWER_BYTES,
  PATHS,
  readAnswer,
  readState,
  type WindowState,
} from "./protocol.ts";

/** A window says at once what it is ready for, unless its extension host hangs. */
const STATE_MS = 5_000;
/** A request to OpenRouter takes at most 30 s; a person may be asked before it. */
const REQUEST_MS = DECISION_MS + 40_000;

/** The window could not be reached, or ended before its answer came. */
export class ChannelError extends Error {
  override name = "ChannelError";
  /** False where the request cannot have reached the window. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.sent = sent;
  }
}

/** A window that has answered. */
export interface Window {
  /** Of its extension host. */
  pid: number;
  state: WindowState;
  /** @throws ChannelError; the signal's reason once it aborts */
  send(request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

/**
 * The window to ask: the one that started this process, else the one that was last in front. Entries of windows that
 * are gone are removed.
 * @param first the extension host that is asked before all others
 * @returns undefined where no window is there
 * @throws UnsafeFolderError where the folder of the entries cannot be trusted
 */
export async function findWindow(folder: string, first = process.ppid): Promise<Window | undefined> {
  const tried = new Set<string>();
  for (;;) {
    const entries = (await listEntries(folder)).filter(({ file }) => !tried.has(file));
    if (entries.length === 0) return undefined;
    const own = entries.filter(({ entry }) => entry.pid === first);
    for (const found of [...own, ...entries.filter((one) => !own.includes(one))]) {
      const state = await askState(found);
      const { pid } = found.entry;
      if (state) return { pid, state, send: (request, signal) => send(found.entry, request, signal) };
      tried.add(found.file);
    }
    // While these were closed another may have been opened.
  }
}

async function askState(found: FoundEntry): Promise<WindowState | undefined> {
  try {
    return readState(await ask(found.entry, { method: "GET", path: PATHS.state, timeoutMs: STATE_MS }));
  } catch (error) {
    // Nobody listens there any more; another process may have its number by now.
    if (isNobody(error)) await removeEntry(found);
    return undefined;
  }
}

async function send(entry: Entry, request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer> {
  const body = JSON.stringify(request);
  const answer = readAnswer(
    await ask(entry, { method: "POST", path: PATHS.request, body, timeoutMs: REQUEST_MS, signal }),
  );
  if (!answer) throw new ChannelError("The window of VS Code answered with what is no answer.", true);
  return answer;
}

interface Ask {
  method: "GET" | "POST";
  path: string;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

async function ask({ address, token }: Entry, { method, path, body, timeoutMs, signal }: Ask): Promise<unknown> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const options = { socketPath: address, agent, method, path, headers };
  const outgoing = httpRequest({ ...options, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  outgoing.once("response", resolve);
  outgoing.once("error", reject);
  outgoing.end(body);
  try {
    const response = await promise;
    const text = await readText(response);
    if (response.statusCode !== 200)
      throw new ChannelError(`The window of VS Code refused the request (${response.statusCode}).`, false);
    return JSON.parse(text);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ChannelError) throw error;
    const words = timeout.aborted ? `did not answer within ${timeoutMs / 1000} s` : "was closed before it answered";
    throw new ChannelError(`The window of VS Code ${words}.`, !isNobody(error), { cause: error });
  }
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
function isNobody(error: unknown): boolean {
  const cause = error instanceof ChannelError ? error.cause : error;
  return ["ECONNREFUSED", "ENOENT", "ENOTSOCK"].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
}
