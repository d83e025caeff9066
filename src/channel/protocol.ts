// The messages of the private channel between the MCP server and a VS Code window: requests to OpenRouter and their
// responses, never the key. Pure.
import type { ConnectionFailure } from "../openrouter/http/failedLink.ts";
import { isObject } from "../openrouter/json.ts";
import type { StartedRotation } from "../openrouter/safety/startedRotations.ts";
import { type WriteMode, writeModes } from "./writeMode.ts";

/** The account that a window uses. */
export interface ChannelAccount {
  /** The id of its profile; stays the same if the account's key is replaced. */
  id: string;
  /** Part of a SHA-256 hash of its key; missing in windows older than several accounts, where it is the id. */
  keyId?: string;
  name: string;
  sample: boolean;
}

/** What a window can do at the moment. */
export interface WindowState {
  /** Undefined when signed out. */
  account?: ChannelAccount;
  /** The base URL that the window sends requests to. */
  baseUrl?: string;
  writes: WriteMode;
  /** Names and groups of the tools to offer, as in the setting; missing in windows older than the setting. */
  tools?: readonly string[];
  /** The user's policy for the audit of keys, the value of the setting as JSON; undefined if there is none. */
  policy?: string;
  /** The account's rotations that haven't ended, by the old key's hash; undefined if they aren't known. */
  rotations?: readonly StartedRotation[];
}

/** The file that leads to a window: one per window, in a folder that only its user can read. */
export interface Entry extends WindowState {
  version: 1;
  /** Path of a Unix socket, or name of a Windows pipe. */
  address: string;
  /** Authorizes requests; only those who can read this file know it. */
  token: string;
  /** Process id of the window's extension host. */
  pid: number;
  /** The namespace of that process id; see `processNamespace`. */
  space: string;
  /** When the window started to listen or last got the focus; ISO 8601, UTC. */
  since: string;
}

/** Who sends the request, as they identify themselves. */
export interface Caller {
  /** The MCP client, such as Visual Studio Code. */
  client: string;
  /** The tool that was called. */
  tool: string;
  /** Identifies the server's process; "for this session" lasts as long as it runs. */
  session: string;
}

/** A request to OpenRouter that a window sends. */
export interface ChannelRequest {
  /** A window refuses PUT, which no tool sends. */
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path after `/api/v1`, with encoded segments. */
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  /** Bypasses the cache, which keeps responses for 60 seconds. */
  fresh?: boolean;
  /** The response to a GET may be cached, even if those of its endpoint are not. */
  cache?: boolean;
  /** The account that the request is for; nothing is sent if another one is in use. */
  account: string;
  caller: Caller;
}

/** A serialized error of the API client; see `failures.ts`. */
export interface Failure {
  kind: string;
  message: string;
  nextStep: string;
  status?: number;
  code?: string;
  connection?: ConnectionFailure;
  retryAt?: string;
  isPage?: boolean;
  mayHaveTakenEffect?: boolean;
}

export type ChannelAnswer =
  /** `json` is absent if a DELETE succeeded without a response body, or returned 404 on a retry. */
  | { kind: "answer"; json?: unknown; now: string }
  | { kind: "failure"; failure: Failure; now: string }
  /** Nothing was sent: the user refused, or a setting does not allow it. */
  | { kind: "refusal"; reason: string };

/** Larger requests and answers are refused. */
export const MAX_REQUEST_BYTES = 1_000_000;
export const MAX_ANSWER_BYTES = 60_000_000;
/** How long the user may take to decide on a write. */
export const MAX_DECISION_MS = 120_000;
/** Maximum number of groups and tools in a selection, and of characters in a name. */
const MAX_SELECTED = 200;
const MAX_NAME = 100;
/** Longer policies are cut, which the server reports. */
const MAX_POLICY = 1_000_001;
const MAX_ROTATIONS = 10_000;
export const PATHS = { state: "/state", request: "/request" } as const;

const isText = (value: unknown, max: number): value is string => typeof value === "string" && value.length <= max;
const isOptional = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);

/** @returns undefined for an invalid request */
export function readRequest(value: unknown): ChannelRequest | undefined {
  if (!isObject(value)) return undefined;
  const { method, path, query, body, fresh, cache, account, caller } = value;
  const isValid =
    ["GET", "POST", "PATCH", "DELETE"].includes(method as string) &&
    isText(path, 2_000) &&
    path.startsWith("/") &&
    isOptional(query, isQuery) &&
    (body === undefined || method === "POST" || method === "PATCH") &&
    [fresh, cache].every((flag) => isOptional(flag, (value) => typeof value === "boolean")) &&
    isText(account, 200) &&
    isCaller(caller);
  if (!isValid) return undefined;
  // Normalizes the body to what will be sent: Infinity becomes null, so the gate must judge it as null.
  const asSent = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  return {
    ...{ method, path, query, body: asSent, fresh, account, caller },
    ...(cache !== undefined && { cache }),
  } as ChannelRequest;
}

function isQuery(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((part) => ["string", "number", "boolean"].includes(typeof part));
}

function isCaller(value: unknown): value is Caller {
  return isObject(value) && [value.client, value.tool, value.session].every((text) => isText(text, 200));
}

/** @returns undefined for an invalid entry */
export function readEntry(value: unknown): Entry | undefined {
  if (!isObject(value) || value.version !== 1) return undefined;
  const { address, token, pid, space, since } = value;
  const state = readState(value);
  const isValid =
    isText(address, 1_000) &&
    address !== "" &&
    isText(token, 1_000) &&
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    isText(space, 1_000) &&
    isText(since, 100) &&
    !Number.isNaN(Date.parse(since));
  return isValid && state ? ({ version: 1, address, token, pid, space, since, ...state } as Entry) : undefined;
}

/** @returns undefined for an invalid state */
export function readState(value: unknown): WindowState | undefined {
  if (!isObject(value)) return undefined;
  const { account, baseUrl, writes, tools, policy, rotations } = value;
  if (!writeModes.includes(writes as WriteMode)) return undefined;
  if (!isOptional(account, isAccount) || !isOptional(baseUrl, (url) => isText(url, 2_000))) return undefined;
  return {
    ...{ account, baseUrl, writes },
    ...(Array.isArray(tools) && { tools: readSelection(tools) }),
    ...(typeof policy === "string" && { policy: policy.slice(0, MAX_POLICY) }),
    ...(Array.isArray(rotations) && { rotations: rotations.filter(isRotation).slice(0, MAX_ROTATIONS) }),
  } as WindowState;
}

/** Truncates a long name instead of ignoring it, so that the server reports it as unknown. */
function readSelection(tools: unknown[]): string[] {
  const names = tools.filter((name) => typeof name === "string");
  return names.slice(0, MAX_SELECTED).map((name) => name.slice(0, MAX_NAME));
}

function isRotation(value: unknown): boolean {
  return isObject(value) && isText(value.hash, 200) && isText(value.startedAt, 100);
}

function isAccount(value: unknown): boolean {
  if (!isObject(value) || !isOptional(value.keyId, (id) => isText(id, 200))) return false;
  return isText(value.id, 200) && isText(value.name, 1_000) && typeof value.sample === "boolean";
}

/** @returns undefined for an invalid answer */
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
