// What crosses the private channel between the MCP server and a window of VS Code: requests to OpenRouter and their
// answers. The key never does. Pure.
import { type WriteMode, writeModes } from "./writeMode.ts";

/** The account that a window has in use. */
export interface ChannelAccount {
  /** Of its profile: a part of a SHA-256 over its key. */
  id: string;
  name: string;
  sample: boolean;
}

/** What a window is ready for. */
export interface WindowState {
  /** Undefined when signed out. */
  account?: ChannelAccount;
  /** The API's address, which the window's own requests go to. */
  baseUrl?: string;
  writes: WriteMode;
}

/** The file by which a window is found: one each, in a folder that only its user can read. */
export interface Entry extends WindowState {
  version: 1;
  /** A Unix socket, on Windows a named pipe. */
  address: string;
  /** Whoever shows it may ask: it is known to those who can read this file. */
  token: string;
  /** The window's extension host. */
  pid: number;
  /** Where that number is a process's; see `processNamespace`. */
  space: string;
  /** When the window began to listen or last had the focus; ISO 8601, UTC. */
  since: string;
}

/** Who asks, as they say themselves. */
export interface Caller {
  /** The MCP client, such as Visual Studio Code. */
  client: string;
  /** The tool that was called. */
  tool: string;
  /** The server's process: "for this session" means as long as it runs. */
  session: string;
}

/** A request to OpenRouter that a window carries out. */
export interface ChannelRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** After `/api/v1`, with encoded parts. */
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  /** Asks the API even if an answer of the last 60 seconds is cached. */
  fresh?: boolean;
  /** The account that is meant: where another is in use by now, nothing is sent. */
  account: string;
  caller: Caller;
}

/** How a failed request is told; see `failures.ts`. */
export interface Failure {
  kind: string;
  message: string;
  nextStep: string;
  status?: number;
  code?: string;
  retryAt?: string;
  isPage?: boolean;
  mayHaveTakenEffect?: boolean;
}

export type ChannelAnswer =
  /** `json` is absent where a DELETE was answered without a body, or with a 404 after it was repeated: it is gone. */
  | { kind: "answer"; json?: unknown; now: string }
  | { kind: "failure"; failure: Failure; now: string }
  /** Nothing was sent: a person, or a setting, said no. */
  | { kind: "refusal"; reason: string };

/** A request or an answer larger than this is refused. */
export const MAX_REQUEST_BYTES = 1_000_000;
export const MAX_ANSWER_BYTES = 60_000_000;
/** A person who was asked has this long to answer. */
export const MAX_DECISION_MS = 120_000;
export const PATHS = { state: "/state", request: "/request" } as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown, max: number): value is string => typeof value === "string" && value.length <= max;
const isOptional = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);

/** @returns undefined for what is no request */
export function readRequest(value: unknown): ChannelRequest | undefined {
  if (!isObject(value)) return undefined;
  const { method, path, query, body, fresh, account, caller } = value;
  const isWhole =
    ["GET", "POST", "PATCH", "DELETE"].includes(method as string) &&
    isText(path, 2_000) &&
    path.startsWith("/") &&
    isOptional(query, isQuery) &&
    (body === undefined || method === "POST" || method === "PATCH") &&
    isOptional(fresh, (flag) => typeof flag === "boolean") &&
    isText(account, 200) &&
    isCaller(caller);
  if (!isWhole) return undefined;
  // As it would be sent: a number beyond all others becomes null on the way, and would mean another thing than was judged.
  const asSent = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  return { method, path, query, body: asSent, fresh, account, caller } as ChannelRequest;
}

function isQuery(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((part) => ["string", "number", "boolean"].includes(typeof part));
}

function isCaller(value: unknown): value is Caller {
  return isObject(value) && [value.client, value.tool, value.session].every((text) => isText(text, 200));
}

/** @returns undefined for what is no entry */
export function readEntry(value: unknown): Entry | undefined {
  if (!isObject(value) || value.version !== 1) return undefined;
  const { address, token, pid, space, since } = value;
  const state = readState(value);
  const isWhole =
    isText(address, 1_000) &&
    address !== "" &&
    isText(token, 1_000) &&
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    isText(space, 1_000) &&
    isText(since, 100) &&
    !Number.isNaN(Date.parse(since));
  return isWhole && state ? ({ version: 1, address, token, pid, space, since, ...state } as Entry) : undefined;
}

/** @returns undefined for what is no state */
export function readState(value: unknown): WindowState | undefined {
  if (!isObject(value)) return undefined;
  const { account, baseUrl, writes } = value;
  if (!writeModes.includes(writes as WriteMode)) return undefined;
  if (!isOptional(account, isAccount) || !isOptional(baseUrl, (url) => isText(url, 2_000))) return undefined;
  return { account, baseUrl, writes } as WindowState;
}

function isAccount(value: unknown): boolean {
  return isObject(value) && isText(value.id, 200) && isText(value.name, 1_000) && typeof value.sample === "boolean";
}

/** @returns undefined for what is no answer */
export function readAnswer(value: unknown): ChannelAnswer | undefined {
  if (!isObject(value)) return undefined;
  const { kind, now, reason, failure } = value;
  if (kind === "refusal") return isText(reason, 10_000) ? { kind, reason } : undefined;
  if (!isText(now, 100) || Number.isNaN(Date.parse(now))) return undefined;
  if (kind === "answer") return { kind, json: value.json, now };
  const isFailure =
    isObject(failure) && [failure.kind, failure.message, failure.nextStep].every((text) => isText(text, 100_000));
  return kind === "failure" && isFailure ? { kind, failure: failure as unknown as Failure, now } : undefined;
}
