// The listening side of the channel: a private socket in each VS Code window, and the entry that leads to it.
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { chmod, lstat, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJson } from "../openrouter/http/responseBody.ts";
import { listEntries, makeFolder, processNamespace, removeSocket, SOCKET_FOLDER, writeEntry } from "./entries.ts";
import {
  type ChannelAnswer,
  type ChannelRequest,
  type Entry,
  MAX_REQUEST_BYTES,
  PATHS,
  readRequest,
  type WindowState,
} from "./protocol.ts";

/** macOS limits a socket's path to 104 bytes, Linux to 108. */
const MAX_ADDRESS_BYTES = 100;
/** An MCP server sends the whole request at once, so a slower one is not from an MCP server. */
const MAX_RECEIVE_MS = 10_000;
const MAX_CLOSE_MS = 1_000;
const MAX_CONNECTIONS = 2_000;

export interface ListenOptions {
  /** The folder of entries; see `entryFolder`. */
  folder: string;
  /** Returns the window's current state; called for each `GET /state`. */
  state(): Promise<WindowState>;
  /** Handles a request; `signal` aborts when the caller disconnects. */
  handle(request: ChannelRequest, signal: AbortSignal): Promise<ChannelAnswer>;
  /** Called with errors that the caller gets only a short message for. */
  onError(error: unknown): void;
}

export interface ChannelListener {
  /** Rewrites the entry after the state has changed or the window got the focus. */
  updateEntry(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a new socket and writes its entry. @throws UnsafeFolderError, or Error if no socket can be created */
export async function listen(options: ListenOptions): Promise<ChannelListener> {
  const { folder, onError } = options;
  // Removes the entries of windows that crashed.
  await listEntries(folder);
  const token = randomBytes(32).toString("base64url");
  const server = createServer((request, response) => {
    handleHttp(options, token, request, response).catch((error) => {
      // The caller has disconnected.
      if (response.destroyed) return;
      onError(error);
      respond(response, 500, { error: "The window couldn't process the request." });
    });
  });
  // Only receiving a request is timed: handling it may take as long as the user needs.
  Object.assign(server, {
    headersTimeout: MAX_RECEIVE_MS,
    requestTimeout: MAX_RECEIVE_MS,
    timeout: 0,
    keepAliveTimeout: 60_000,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", (_error, socket) => socket.destroy());
  const file = join(folder, `${process.pid}-${randomUUID()}.json`);
  const space = await processNamespace();
  let address = "";
  let isClosed = false;
  // Serialized, so that the latest state is written last.
  let writing: Promise<void> = Promise.resolve();

  /** Listens on a new socket if the old one is missing: systems clean up temporary folders. */
  async function bind(): Promise<void> {
    if (address && (await pathExists(address))) return;
    if (address) await stopListening(server);
    address = await createAddress();
    await startListening(server, address);
    if (process.platform !== "win32") await chmod(address, 0o600);
  }

  async function write(): Promise<void> {
    const state = await options.state();
    if (isClosed) return;
    await makeFolder(folder);
    await bind();
    const since = new Date().toISOString();
    // Without what can be too long for an entry; servers get it from `GET /state`.
    const { tools: _tools, policy: _policy, rotations: _rotations, ...shown } = state;
    const entry: Entry = { version: 1, address, token, pid: process.pid, space, since, ...shown };
    if (!isClosed) await writeEntry(file, entry);
  }

  async function close(): Promise<void> {
    isClosed = true;
    server.close();
    server.closeAllConnections();
    // Doesn't wait for a state that never resolves: after `isClosed`, no entry is written.
    await Promise.race([writing, sleep(MAX_CLOSE_MS)]);
    await rm(file, { force: true });
    await removeSocket(address);
  }

  server.on("error", onError);
  try {
    await write();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    updateEntry() {
      writing = writing.then(write).catch(onError);
      return writing;
    },
    close,
  };
}

/** Returns the path of a new socket, in a new folder that only this user can enter; on Windows, the name of a pipe. */
async function createAddress(): Promise<string> {
  if (process.platform === "win32") return `\\\\.\\pipe\\openrouter-admin-${randomUUID()}`;
  let reason: unknown = "the path is too long for a socket";
  for (const parent of new Set([tmpdir(), "/tmp"])) {
    const length = Buffer.byteLength(join(parent, `${SOCKET_FOLDER}XXXXXX`, "s"));
    if (!isAbsolute(parent) || length > MAX_ADDRESS_BYTES) continue;
    try {
      return join(await mkdtemp(join(parent, SOCKET_FOLDER)), "s");
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`Couldn't create a socket in the temporary folder ${tmpdir()}: ${reason}.`);
}

async function pathExists(address: string): Promise<boolean> {
  if (process.platform === "win32") return true;
  return lstat(address).then(
    () => true,
    () => false,
  );
}

function stopListening(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}

function startListening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function handleHttp(
  { state, handle }: ListenOptions,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isEqual(request.headers.authorization ?? "", `Bearer ${token}`))
    return respond(response, 401, { error: "Wrong token." });
  if (request.method === "GET" && request.url === PATHS.state) return respond(response, 200, await state());
  if (request.method !== "POST" || request.url !== PATHS.request)
    return respond(response, 404, { error: "Unknown path." });
  const text = await readBody(request);
  if (text === undefined) return respond(response, 413, { error: `More than ${MAX_REQUEST_BYTES} bytes.` });
  const channelRequest = readRequest(parseJson(text));
  if (!channelRequest) return respond(response, 400, { error: "Not a request of this channel." });
  const disconnected = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) disconnected.abort();
  });
  const answer = await handle(channelRequest, disconnected.signal);
  respond(response, 200, answer);
}

/** Compares in constant time, whatever the length. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** @returns undefined if the body is too large; the rest of it is not read */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  // The unread part of a refused request would be parsed as the next request.
  const connection = status === 200 ? {} : { connection: "close" };
  response.writeHead(status, { "content-type": "application/json", ...connection });
  response.end(JSON.stringify(body));
}
