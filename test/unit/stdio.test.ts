import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { LineReader } from "../../src/mcp/lineReader.ts";
import { readMessage } from "../../src/mcp/messages.ts";
import { StdioTransport } from "../../src/mcp/stdio.ts";

/** Splits bytes at any positions. */
const cut = (bytes: Buffer, at: number[]) => {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};
const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe("LineReader", () => {
  it("returns the same lines for any chunks, and reports a line that is too long once", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 12 })), cuts, fc.boolean(), (texts, at, ended) => {
        const lines = texts.map((text) => Buffer.from(text.replaceAll("\n", "")));
        const seen: (string | null)[] = [];
        const reader = new LineReader(
          20,
          (line) => seen.push(line.toString()),
          () => seen.push(null),
        );
        const bytes = Buffer.concat(
          lines.flatMap((line, i) => (ended || i < lines.length - 1 ? [line, Buffer.from("\n")] : line)),
        );
        for (const chunk of cut(bytes, at)) reader.push(chunk);
        reader.end();
        const expected = lines
          .filter((line) => line.length > 0)
          .map((line) => (line.length > 20 ? null : line.toString()));
        assert.deepEqual(seen, expected);
      }),
    );
  });
});

/** Generates values similar to messages. */
const nearMessage = fc.record(
  {
    jsonrpc: fc.constantFrom<unknown>("2.0", "2.0", "2.0", "1.0", 2, null),
    id: fc.oneof(fc.nat(), fc.string(), fc.constantFrom<unknown>(null, true, 1.5, {}, -1)),
    method: fc.oneof(
      fc.constantFrom<unknown>("initialize", "ping", "tools/call", "tools/list", "resources/read", null, 5),
      fc.string(),
    ),
    params: fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          name: fc.jsonValue(),
          arguments: fc.jsonValue(),
          uri: fc.jsonValue(),
          cursor: fc.jsonValue(),
          _meta: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    ),
    result: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe("readMessage", () => {
  it("returns each message or an error response with its id, but never responds to notifications and responses", () => {
    fc.assert(
      fc.property(fc.oneof(nearMessage, fc.jsonValue()), (value) => {
        const given = JSON.parse(JSON.stringify(value));
        const incoming = readMessage(given);
        const isAnswer = given?.method === undefined && (given?.result !== undefined || given?.error);
        if (!incoming) assert.ok(isAnswer || (given.id === undefined && typeof given.method === "string"));
        else if ("refusal" in incoming) {
          const { id, error } = incoming.refusal;
          assert.ok([-32600, -32602].includes(error.code) && error.message.length < 200, error.message);
          assert.equal(id, ["string", "number"].includes(typeof given?.id) ? given.id : null);
          assert.ok(given?.jsonrpc !== "2.0" || given.id !== undefined || typeof given.method !== "string");
        } else {
          const fields = ["jsonrpc", "id", "method", "params", "result", "error"];
          assert.ok(Object.keys(incoming.message).every((field) => fields.includes(field)));
          const { _meta } = ("params" in incoming.message && incoming.message.params) || {};
          assert.ok(_meta === undefined || (typeof _meta === "object" && _meta !== null && !Array.isArray(_meta)));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("StdioTransport", () => {
  it("sends one response to each request for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom("", "{", "[1]", "\uFEFF"), fc.string({ unit: "grapheme" })), {
          maxLength: 10,
        }),
        cuts,
        async (texts, at) => {
          const input = new PassThrough();
          const output = new PassThrough();
          const logged: string[] = [];
          const transport = new StdioTransport(input, output, (line) => logged.push(line));
          transport.onmessage = (message: JSONRPCMessage) => {
            if ("id" in message && message.id !== undefined)
              transport.send({ jsonrpc: "2.0", id: message.id, result: {} });
          };
          await transport.start();
          const requests = texts.map((text, i) => ({ jsonrpc: "2.0", id: i, method: "ping", params: { text } }));
          const lines = requests.flatMap((request, i) => [
            texts[i]!.replaceAll(/[\r\n]/g, " "),
            JSON.stringify(request),
          ]);
          for (const chunk of cut(Buffer.from(lines.join("\r\n")), at)) input.write(chunk);
          input.end();
          await transport.ended;
          output.end();
          const answers = (await buffer(output))
            .toString()
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line));
          assert.deepEqual(
            answers.filter(({ id }) => id !== null).map(({ id, result }) => [id, result]),
            requests.map(({ id }) => [id, {}]),
          );
          assert.equal(answers.length - requests.length, logged.length);
          assert.ok(transport.closing.aborted);
        },
      ),
      { numRuns: 100 },
    );
  });
});
