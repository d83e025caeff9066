import { type Dialect, type Json, type Move, ownTools, textOf } from "./model.ts";

interface Declared {
  type: string;
  name?: string;
  parameters?: Json;
  /** The tools of a namespace. */
  tools?: Declared[];
}

interface Item {
  type: string;
  output?: unknown;
}

/** The Responses API, as Codex speaks it: a server's tools are in a namespace of their own. */
export const openai: Dialect = {
  read(path, body) {
    if (!path.endsWith("/responses")) return undefined;
    const declared = ((body.tools ?? []) as Declared[]).flatMap((tool) =>
      tool.type === "namespace"
        ? (tool.tools ?? []).map((inner) => ({ ...inner, namespace: tool.name }))
        : [{ ...tool, namespace: undefined }],
    );
    const outputs = ((body.input ?? []) as Item[]).filter(({ type }) => type === "function_call_output");
    return {
      tools: ownTools(
        declared.map(({ name = "", namespace, parameters = {} }) => ({
          fullName: name,
          namespace,
          schema: parameters,
        })),
      ),
      results: outputs.map(({ output }) => textOf(output)),
    };
  },
  other: () => ({ object: "list", data: [], models: [] }),
  answer(response, _, move) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (type: string, data: Json) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const id = "resp_1";
    const item = outputItem(move);
    const details = { input_tokens_details: null, output_tokens_details: null };
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2, ...details };
    send("response.created", { response: { id } });
    send("response.output_item.done", { output_index: 0, item });
    send("response.completed", { response: { id, status: "completed", output: [item], usage } });
    response.end();
  },
};

function outputItem(move: Move): Json {
  if ("text" in move) {
    const content = [{ type: "output_text", text: move.text }];
    return { type: "message", role: "assistant", id: "msg_1", content };
  }
  const { fullName, namespace } = move.tool;
  const call_id = `call_${Math.random().toString(36).slice(2)}`;
  return {
    ...{ type: "function_call", id: `fc_${call_id}`, call_id, arguments: JSON.stringify(move.args) },
    ...{ name: fullName, ...(namespace && { namespace }) },
  };
}
