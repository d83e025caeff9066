// The listening side of the channel: a private socket in each window of VS Code, and the entry by which it is found.
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

/** macOS ends a socket's path at 104 bytes, Linux at 108. */
const MAX_ADDRESS_BYTES = 100;
/** A request's head and body arrive at once; what is slower is nobody's MCP server. */
const MAX_RECEIVE_MS = 10_000;
const MAX_CLOSE_MS = 1_000;
const MAX_CONNECTIONS = 2_000;

export interface ListenOptions {
  /** Where entries are; see `entryFolder`. */
  folder: string;
  /** What this window is ready for now; asked at each `GET /state`. */
  state(): Promise<WindowState>;
  /** Carries out a request; `signal` aborts when whoever asked is gone. */
  handle(request: ChannelRequest, signal: AbortSignal): Promise<ChannelAnswer>;
  /** Told of what goes wrong here and is answered in few words. */
  onError(error: unknown): void;
}

export interface ChannelListener {
  /** Writes the entry anew, after the state has changed or the window has come to the front. */
  updateEntry(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a new socket and leaves word of it. @throws UnsafeFolderError, or an Error that says which path is too long */
export async function listen(options: ListenOptions): Promise<ChannelListener> {
  const { folder, onError } = options;
  // What windows left that ended without a word.
  await listEntries(folder);
  const token = randomBytes(32).toString("base64url");
  const server = createServer((request, response) => {
    handleHttp(options, token, request, response).catch((error) => {
      // Whoever is gone needs no answer.
      if (response.destroyed) return;
      onError(error);
      respond(response, 500, { error: "The window could not answer." });
    });
  });
  // Whatever waits for a person is not a slow request: only what arrives is timed.
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
  // One after the other, so that the last state is the one that stays.
  let writing: Promise<void> = Promise.resolve();

  /** Listens anew where the socket was taken away: temporary folders are cleaned. */
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
    const entry: Entry = { version: 1, address, token, pid: process.pid, space, since, ...state };
    if (!isClosed) await writeEntry(file, entry);
  }

  async function close(): Promise<void> {
    isClosed = true;
    server.close();
    server.closeAllConnections();
    // A state that never comes is not waited for: without it, no entry is written any more.
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

/** A new socket in a folder of its own, which only this user may enter; on Windows a pipe, which needs none. */
async function createAddress(): Promise<string> {
  if (process.platform === "win32") return `\\\\.\\pipe\\openrouter-admin-${randomUUID()}`;
  let reason: unknown = "its path is too long for a socket in it";
  for (const parent of new Set([tmpdir(), "/tmp"])) {
    const length = Buffer.byteLength(join(parent, `${SOCKET_FOLDER}XXXXXX`, "s"));
    if (!isAbsolute(parent) || length > MAX_ADDRESS_BYTES) continue;
    try {
      return join(await mkdtemp(join(parent, SOCKET_FOLDER)), "s");
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`No socket can be made in the temporary folder, ${tmpdir()}: ${reason}.`);
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
  const callerGone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) callerGone.abort();
  });
  const answer = await handle(channelRequest, callerGone.signal);
  respond(response, 200, answer);
}

/** In constant time, whatever was sent. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** @returns undefined where it is too large; the rest of it is not read */
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
  // What was not read of a refused request would be taken for the next one.
  const connection = status === 200 ? {} : { connection: "close" };
  response.writeHead(status, { "content-type": "application/json", ...connection });
  response.end(JSON.stringify(body));
}
