import { stdin, stdout } from "node:process";
import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode, type JSONRPCMessage, type RequestId } from "@modelcontextprotocol/sdk/types.js";
import { LineReader } from "./lineReader.ts";
import { type ErrorResponse, type Incoming, parseLine, readMessage, refuseMessage } from "./messages.ts";
import { watchHangup } from "./watchHangup.ts";

/** Longer lines are rejected; no tool needs that much. */
const MAX_LINE_BYTES = 10 * 1024 * 1024;
/** Time limit at the end for writes in flight and for the client to read the remaining output. */
const MAX_END_MS = 800;
/** Limits a batch, since each message needs a response. */
const MAX_BATCH = 1000;
/** The only protocol version with batches. */
const BATCH_VERSION = "2025-03-26";

/** A batch of messages. Its responses are sent together once all are available. */
interface Batch {
  responses: (JSONRPCMessage | ErrorResponse)[];
  open: number;
}

/** A request without a response yet. */
interface OpenRequest {
  method: string;
  batch?: Batch;
}

/**
 * Stdio transport with one message per line. Unlike the SDK's, it responds to every invalid line and detects that the client
 * has disconnected: `closing` aborts, then `ended` resolves when all requests are settled or after `MAX_END_MS`.
 */
export class StdioTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly ended: Promise<void>;

  readonly #input: Readable;
  readonly #output: Writable & { fd?: number };
  readonly #log: (line: string) => void;
  readonly #lines = new LineReader(
    MAX_LINE_BYTES,
    (line) => this.#readLine(line),
    () =>
      this.#refuseLine(ErrorCode.InvalidRequest, `Invalid request: the line is longer than ${MAX_LINE_BYTES} bytes`),
  );
  /** Open requests by id; clients may reuse an id. */
  readonly #open = new Map<RequestId, OpenRequest[]>();
  readonly #closing = new AbortController();
  #resolveEnded = () => {};
  #unwatch?: () => void;
  #version: unknown;
  #unwritten = 0;
  #broken = false;
  #ending = false;

  constructor(
    input: Readable = stdin,
    output: Writable & { fd?: number } = stdout,
    log: (line: string) => void = console.error,
  ) {
    this.#input = input;
    this.#output = output;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Aborts when the client disconnects. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  async start(): Promise<void> {
    this.#input.on("data", (chunk: Buffer) => this.#lines.push(chunk));
    this.#input.once("end", () => this.#lines.end());
    for (const event of ["end", "close", "error"]) this.#input.on(event, () => this.end());
    for (const event of ["close", "error"]) this.#output.on(event, () => this.#outputBroke());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const id = "method" in message ? undefined : message.id;
    const request = id === undefined ? undefined : this.#settle(id);
    if (request?.method === "initialize" && "result" in message) this.#version = message.result.protocolVersion;
    if (request?.batch) this.#respond(request.batch, message);
    else await this.#write(message);
  }

  /** Ends the connection: aborts `closing` and flushes the output. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    // Requests in the last line that need no network complete before the abort.
    setImmediate(() => {
      this.#closing.abort();
      this.#checkEnded();
    });
    setTimeout(this.#resolveEnded, MAX_END_MS).unref();
  }

  async close(): Promise<void> {
    this.#input.pause();
    this.end();
    this.onclose?.();
  }

  #outputBroke(): void {
    this.#broken = true;
    this.end();
  }

  #readLine(line: Buffer): void {
    let value: unknown;
    try {
      value = parseLine(line);
    } catch {
      this.#refuseLine(ErrorCode.ParseError, "Parse error: the line is not valid JSON in UTF-8");
      return;
    }
    if (value === undefined) return;
    if (!Array.isArray(value)) this.#receive(readMessage(value));
    else if (this.#version !== BATCH_VERSION)
      this.#refuseLine(ErrorCode.InvalidRequest, `Invalid request: batches require protocol version ${BATCH_VERSION}`);
    else if (value.length === 0) this.#refuseLine(ErrorCode.InvalidRequest, "Invalid request: the batch is empty");
    else if (value.length > MAX_BATCH)
      this.#refuseLine(ErrorCode.InvalidRequest, `Invalid request: a batch can contain at most ${MAX_BATCH} messages`);
    else this.#receiveBatch(value);
  }

  #receiveBatch(values: unknown[]): void {
    // The batch itself counts as one open request until all of its messages are handled.
    const batch: Batch = { responses: [], open: 1 };
    for (const value of values) this.#receive(readMessage(value), batch);
    this.#respond(batch);
  }

  #receive(incoming: Incoming, batch?: Batch): void {
    if (!incoming) return;
    if ("refusal" in incoming) {
      this.#report(incoming.refusal);
      if (batch) batch.responses.push(incoming.refusal);
      else this.#write(incoming.refusal);
      return;
    }
    const { message } = incoming;
    if ("method" in message && "id" in message) {
      if (batch) batch.open++;
      this.#unwatch ??= watchHangup(this.#output.fd, () => this.#outputBroke());
      const same = this.#open.get(message.id) ?? [];
      this.#open.set(message.id, [...same, { method: message.method, batch }]);
    }
    this.onmessage?.(message);
    if ("method" in message && message.method === "notifications/cancelled") this.#cancelled(message.params?.requestId);
  }

  /** A cancelled request gets no response. The SDK ignores cancellations of the ids 0 and "". */
  #cancelled(id: unknown): void {
    if (!id || (typeof id !== "string" && typeof id !== "number")) return;
    const batch = this.#settle(id)?.batch;
    if (batch) this.#respond(batch);
  }

  #settle(id: RequestId): OpenRequest | undefined {
    const [request, ...same] = this.#open.get(id) ?? [];
    if (same.length) this.#open.set(id, same);
    else this.#open.delete(id);
    if (this.#open.size === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    }
    if (this.#ending) setImmediate(() => this.#checkEnded());
    return request;
  }

  #respond(batch: Batch, message?: JSONRPCMessage): void {
    if (message) batch.responses.push(message);
    if (--batch.open === 0 && batch.responses.length) this.#write(batch.responses);
  }

  #refuseLine(code: number, message: string): void {
    this.#receive(refuseMessage(null, code, message));
  }

  /** Logs that a line was rejected, without its content, which could be a secret. */
  #report({ error }: ErrorResponse): void {
    this.#log(`Rejected a line on stdin (${error.code}): ${error.message}`);
  }

  /** Resolves when the message is written, however slowly the client reads. */
  #write(message: JSONRPCMessage | ErrorResponse | (JSONRPCMessage | ErrorResponse)[]): Promise<void> {
    if (this.#broken) return Promise.resolve();
    this.#unwritten++;
    return new Promise((resolve) => {
      this.#output.write(`${JSON.stringify(message)}\n`, () => {
        this.#unwritten--;
        this.#checkEnded();
        resolve();
      });
    });
  }

  #checkEnded(): void {
    if (this.closing.aborted && this.#open.size === 0 && (this.#unwritten === 0 || this.#broken)) this.#resolveEnded();
  }
}
