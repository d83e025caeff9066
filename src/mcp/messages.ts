// What arrives on the wire, before the SDK sees it: messages as clients really send them are made such as it takes,
// and what is no message gets its answer here.
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

type Json = Record<string, unknown>;

/** An answer to what is no message: its id is null where none could be read, which the SDK's types do not allow for. */
export interface Refusal {
  jsonrpc: "2.0";
  id: RequestId | null;
  error: { code: number; message: string };
}

/** A message for the server, or the answer to what is none; nothing where a notification or an answer makes no sense. */
export type Incoming = { message: JSONRPCMessage } | { refusal: Refusal } | undefined;

const BYTE_ORDER_MARK = /^\uFEFF+/;

/** A line as JSON; undefined for a blank one. Throws where it is none. */
export function parseLine(line: Buffer): unknown {
  if (!isUtf8(line)) throw new SyntaxError("not UTF-8");
  const text = line.toString("utf8").replace(BYTE_ORDER_MARK, "").trim();
  return text === "" ? undefined : JSON.parse(text);
}

export function refuse(id: unknown, code: number, message: string): { refusal: Refusal } {
  const readable = typeof id === "string" || typeof id === "number" ? id : null;
  return { refusal: { jsonrpc: "2.0", id: readable, error: { code, message } } };
}

/** One JSON value of a line, or of a batch. Fields beside those of JSON-RPC are dropped. */
export function readMessage(value: unknown): Incoming {
  if (!isObject(value)) return refuse(null, ErrorCode.InvalidRequest, "Invalid request: expected a JSON object");
  const { jsonrpc, id, method, result, error } = value;
  const invalid = (what: string) => refuse(id, ErrorCode.InvalidRequest, `Invalid request: ${what}`);
  if (jsonrpc !== "2.0") return invalid('jsonrpc is not "2.0"');
  if (method === undefined && (result !== undefined || isObject(error))) return readAnswer(value);
  if (typeof method !== "string") return invalid("method is not a string");
  if (id === undefined) return readNotification(method, value.params);
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return invalid("id is neither a string nor an integer");
  return readRequest(id as RequestId, method, value.params);
}

/** The answer to a request of the server's. */
function readAnswer({ id, result, error }: Json): Incoming {
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (result !== undefined && !isObject(result)) return undefined;
  return { message: { jsonrpc: "2.0", id, ...(result ? { result } : { error }) } as JSONRPCMessage };
}

function readNotification(method: string, params: unknown): Incoming {
  if (params !== undefined && params !== null && !isObject(params)) return undefined;
  return { message: { jsonrpc: "2.0", method, ...readParams(method, params) } };
}

/** The requests that the server answers, by what they must look like. */
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

/** The SDK would answer parameters that do not match with a page of its validator's issues; the first says enough. */
function readRequest(id: RequestId, method: string, given: unknown): Incoming {
  const invalid = (what: string) => refuse(id, ErrorCode.InvalidParams, `Invalid params of ${method}: ${what}`);
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

/** Parameters without what is null, and without metadata that the protocol does not know in that form. */
function readParams(method: string, given: unknown): { params?: Json } {
  if (!isObject(given)) return {};
  const params = withoutNulls(given, method === "initialize" ? 4 : 1);
  if ("_meta" in params) params._meta = readMeta(params._meta);
  if (params._meta === undefined) delete params._meta;
  if (method === "tools/call") {
    // Without the capability for tasks the protocol asks to ignore this.
    delete params.task;
    if ("arguments" in params) params.arguments = readArguments(params.arguments);
  }
  return { params };
}

/** Some clients write out every field that they do not set; at most as deep as the protocol has fields. */
function withoutNulls(object: Json, depth: number): Json {
  const fields = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, depth > 1 && isObject(value) ? withoutNulls(value, depth - 1) : value]),
  );
}

function readMeta(given: unknown): Json | undefined {
  if (!isObject(given)) return undefined;
  const { progressToken, [RELATED_TASK_META_KEY]: _, ...meta } = given;
  const usable = typeof progressToken === "string" || Number.isSafeInteger(progressToken);
  return usable ? { ...meta, progressToken } : meta;
}

/** The arguments of a tool: an object, or its JSON text. */
function readArguments(given: unknown): unknown {
  if (typeof given === "string") {
    if (given.trim() === "") return {};
    try {
      return readArguments(JSON.parse(given) ?? {});
    } catch {
      return given;
    }
  }
  if (!isObject(given) || !Object.hasOwn(given, "__proto__")) return given;
  // The validator drops a key of this name silently; with another one the tool refuses it as it does any it does not know.
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.replace("__proto__", "'__proto__'"), value]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
