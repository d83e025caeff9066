// Normalizes incoming JSON-RPC messages before the SDK handles them, and creates error responses for invalid ones.
import { isUtf8 } from "node:buffer";
import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
  RELATED_TASK_META_KEY,
  ReadResourceRequestSchema,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { oneLine } from "../openrouter/index.ts";
import { isObject } from "../openrouter/json.ts";

type Json = Record<string, unknown>;

/** An error response. Its id is null if none could be read, which the SDK's types do not allow. */
export interface ErrorResponse {
  jsonrpc: "2.0";
  id: RequestId | null;
  error: { code: number; message: string };
}

/** A message for the server, or the error response to an invalid one. Undefined for malformed notifications and responses. */
export type Incoming = { message: JSONRPCMessage } | { refusal: ErrorResponse } | undefined;

const BYTE_ORDER_MARK = /^\uFEFF+/;

/** Parses a line as JSON; undefined for a blank line. @throws SyntaxError if it is not JSON in UTF-8 */
export function parseLine(line: Buffer): unknown {
  if (!isUtf8(line)) throw new SyntaxError("not UTF-8");
  const text = line.toString("utf8").replace(BYTE_ORDER_MARK, "").trim();
  return text === "" ? undefined : JSON.parse(text);
}

/** Creates an error response; keeps the id if it is a string or a number. */
export function refuseMessage(id: unknown, code: number, message: string): { refusal: ErrorResponse } {
  const readable = typeof id === "string" || typeof id === "number" ? id : null;
  return { refusal: { jsonrpc: "2.0", id: readable, error: { code, message } } };
}

/** Reads one message of a line or a batch. Drops fields that JSON-RPC does not define. */
export function readMessage(value: unknown): Incoming {
  if (!isObject(value)) return refuseMessage(null, ErrorCode.InvalidRequest, "Invalid request: expected a JSON object");
  const { jsonrpc, id, method, result, error } = value;
  const params = emptyAsObject(value.params);
  const invalid = (what: string) => refuseMessage(id, ErrorCode.InvalidRequest, `Invalid request: ${what}`);
  if (jsonrpc !== "2.0") return invalid('jsonrpc is not "2.0"');
  if (method === undefined && (result !== undefined || isObject(error))) return readResponse(value);
  if (typeof method !== "string") return invalid("method is not a string");
  if (id === undefined) return readNotification(method, params);
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return invalid("id is neither a string nor an integer");
  return readRequest(id as RequestId, method, params);
}

/** Reads the response to a request that the server sent. */
function readResponse({ id, result, error }: Json): Incoming {
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (result !== undefined && !isObject(result)) return undefined;
  return { message: { jsonrpc: "2.0", id, ...(result ? { result } : { error }) } as JSONRPCMessage };
}

function readNotification(method: string, params: unknown): Incoming {
  if (params !== undefined && params !== null && !isObject(params)) return undefined;
  return { message: { jsonrpc: "2.0", method, ...readParams(method, params) } };
}

/** Schemas of the requests that the server handles, by method. */
const schemas = new Map(
  [
    InitializeRequestSchema,
    PingRequestSchema,
    ListToolsRequestSchema,
    CallToolRequestSchema,
    ListResourcesRequestSchema,
    ListResourceTemplatesRequestSchema,
    ReadResourceRequestSchema,
  ].map((schema) => [schema.shape.method.value as string, schema]),
);

/** Validates parameters and reports the first issue; the SDK would respond with a dump of all issues. */
function readRequest(id: RequestId, method: string, given: unknown): Incoming {
  const invalid = (what: string) => refuseMessage(id, ErrorCode.InvalidParams, `Invalid params of ${method}: ${what}`);
  const schema = schemas.get(method);
  if (given !== undefined && given !== null && !isObject(given) && schema) return invalid("expected an object");
  const { params } = readParams(method, given);
  const issue = schema?.safeParse({ method, params }).error?.issues[0];
  if (!issue) return { message: { jsonrpc: "2.0", id, method, ...(params && { params }) } };
  const path = issue.path.map(String);
  const name = oneLine((path.length > 1 ? path.slice(1) : path).join(".").slice(0, 100));
  const found = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : value), { params });
  return invalid(
    found === undefined ? `${name} is missing` : `${name}: ${issue.message.replace("Invalid input: ", "")}`,
  );
}

/** Drops null parameters and malformed metadata. */
function readParams(method: string, given: unknown): { params?: Json } {
  if (!isObject(given)) return {};
  const params = dropNulls(given, method === "initialize" ? 4 : 1);
  if ("_meta" in params) params._meta = readMeta(params._meta);
  if (params._meta === undefined) delete params._meta;
  if (method === "tools/call") {
    // The protocol requires servers without the tasks capability to ignore this.
    delete params.task;
    if ("arguments" in params) params.arguments = readToolArguments(params.arguments);
  }
  return { params };
}

/** Drops null fields down to the given depth: some clients send null for every field that is not set. */
function dropNulls(object: Json, depth: number): Json {
  const fields = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, depth > 1 && isObject(value) ? dropNulls(value, depth - 1) : value]),
  );
}

function readMeta(given: unknown): Json | undefined {
  if (!isObject(given)) return undefined;
  const { progressToken, [RELATED_TASK_META_KEY]: _, ...meta } = given;
  const usable = typeof progressToken === "string" || Number.isSafeInteger(progressToken);
  return usable ? { ...meta, progressToken } : meta;
}

/** Reads tool arguments: an object, or an object as JSON text. */
function readToolArguments(given: unknown): unknown {
  if (typeof given === "string") {
    if (given.trim() === "") return {};
    try {
      return readToolArguments(JSON.parse(given) ?? {});
    } catch {
      return given;
    }
  }
  if (!isObject(given) || !Object.hasOwn(given, "__proto__")) return emptyAsObject(given);
  // The SDK's validator silently drops this key. Renamed, it is rejected like any unknown argument.
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.replace("__proto__", "'__proto__'"), value]),
  );
}

/** PHP clients serialize an empty object as an empty list. */
const emptyAsObject = (value: unknown) => (Array.isArray(value) && value.length === 0 ? {} : value);
