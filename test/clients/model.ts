// A scripted language model: a server on loopback that implements a vendor's API. It calls one tool per turn and records
// the offered tools and their results.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Json = Record<string, unknown>;

/** One call that the model makes. */
export interface Step {
  tool: string;
  args: Json;
}

/** A tool as the client offers it to its model. */
export interface OfferedTool {
  /** The server's name for it, without the client's prefix. */
  name: string;
  /** The client's name for it. */
  fullName: string;
  namespace?: string;
  schema: Json;
}

/** The content of a request to the model's API. */
export interface Turn {
  tools: OfferedTool[];
  /** The texts of the tool results so far, oldest first. */
  results: string[];
}

/** The model's response: a tool call, or a text that ends the conversation. */
export type Move = { tool: OfferedTool; args: Json } | { text: string };

/** A vendor's API. */
export interface Dialect {
  /** Reads a turn of the conversation; undefined for other requests. */
  read(path: string, body: Json): Turn | undefined;
  answer(response: ServerResponse, body: Json, move: Move): void;
  /** Returns the response to other requests: token counts, lists of models. */
  other(path: string): Json;
}

/** Returns the server's tools among those that a client offers. */
export function ownTools(tools: Omit<OfferedTool, "name">[]): OfferedTool[] {
  return tools.flatMap((tool) => {
    const name = /(?:^|_)(or_[a-z_]+)$/.exec(tool.fullName)?.[1];
    return name ? [{ ...tool, name }] : [];
  });
}

export async function startModel(dialect: Dialect, steps: Step[]) {
  const seen = { tools: [] as OfferedTool[], results: [] as string[] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    const body = parse(Buffer.concat(chunks).toString());
    const turn = dialect.read(path, body);
    if (!turn) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(dialect.other(path)));
      return;
    }
    // Clients also send requests without tools, such as for titles.
    if (turn.tools.length > 0) Object.assign(seen, turn);
    dialect.answer(response, body, nextMove(turn, steps));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The content of the last turn. */
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the next step of the script; the number of results so far is its index. */
function nextMove({ tools, results }: Turn, steps: Step[]): Move {
  const step = steps[results.length];
  if (!step || tools.length === 0) return { text: "Done." };
  const tool = tools.find(({ name }) => name === step.tool);
  return tool ? { tool, args: step.args } : { text: `Unknown tool ${step.tool}.` };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Returns the text of content: a string, or a list of parts with text. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => part.text ?? "").join("\n");
}
