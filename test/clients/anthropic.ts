import type { ServerResponse } from "node:http";
import { type Dialect, type Json, type Move, ownTools, textOf } from "./model.ts";

interface Message {
  role: string;
  content: string | { type: string; content?: unknown }[];
}

/** The Messages API, as Claude Code speaks it. */
export const anthropic: Dialect = {
  read(path, body) {
    if (!path.endsWith("/messages")) return undefined;
    const tools = (body.tools ?? []) as { name: string; input_schema: Json }[];
    const results = (body.messages as Message[])
      .flatMap(({ content }) => (Array.isArray(content) ? content : []))
      .filter(({ type }) => type === "tool_result");
    return {
      tools: ownTools(tools.map(({ name, input_schema }) => ({ fullName: name, schema: input_schema }))),
      results: results.map(({ content }) => textOf(content)),
    };
  },
  other: (path) => (path.endsWith("/count_tokens") ? { input_tokens: 10 } : {}),
  answer(response, body, move) {
    const stop_reason = "tool" in move ? "tool_use" : "end_turn";
    const head = { id: "msg_1", type: "message", role: "assistant", model: body.model, stop_sequence: null };
    const usage = { input_tokens: 1, output_tokens: 1 };
    if (body.stream) return stream(response, { ...head, content: [], stop_reason: null, usage }, move, stop_reason);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...head, content: [block(move)], stop_reason, usage }));
  },
};

function block(move: Move) {
  return "tool" in move
    ? {
        type: "tool_use",
        id: `toolu_${Math.random().toString(36).slice(2)}`,
        name: move.tool.fullName,
        input: move.args,
      }
    : { type: "text", text: move.text };
}

function stream(response: ServerResponse, message: Json, move: Move, stop_reason: string): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: Json) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const whole = block(move);
  const [start, delta] =
    "tool" in move
      ? [
          { ...whole, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(move.args) },
        ]
      : [
          { type: "text", text: "" },
          { type: "text_delta", text: move.text },
        ];
  send("message_start", { message });
  send("content_block_start", { index: 0, content_block: start });
  send("content_block_delta", { index: 0, delta });
  send("content_block_stop", { index: 0 });
  send("message_delta", { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 1 } });
  send("message_stop", {});
  response.end();
}
