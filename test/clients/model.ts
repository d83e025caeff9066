// A language model that follows a script: a server on loopback that speaks a vendor's API. It calls one tool a turn,
// and records what the client offered it and what came back.
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
  /** As the server calls it, without what the client puts before it. */
  name: string;
  /** As the client calls it. */
  fullName: string;
  namespace?: string;
  schema: Json;
}

/** What a request to the model's API holds. */
export interface Turn {
  tools: OfferedTool[];
  /** The texts of the tool results so far, oldest first. */
  results: string[];
}

/** What the model answers: a call, or a text that ends the conversation. */
export type Move = { tool: OfferedTool; args: Json } | { text: string };

/** A vendor's API. */
export interface Dialect {
  /** Undefined for requests other than a turn of the conversation. */
  read(path: string, body: Json): Turn | undefined;
  answer(response: ServerResponse, body: Json, move: Move): void;
  /** Answers what is no turn: token counts, lists of models. */
  other(path: string): Json;
}

/** The server's tools among those that a client offers. */
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
    // Clients also ask for titles and the like, without tools.
    if (turn.tools.length > 0) Object.assign(seen, turn);
    dialect.answer(response, body, nextMove(turn, steps));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From the last turn. */
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The conversation holds the results so far, and so the place in the script. */
function nextMove({ tools, results }: Turn, steps: Step[]): Move {
  const step = steps[results.length];
  if (!step || tools.length === 0) return { text: "Done." };
  const tool = tools.find(({ name }) => name === step.tool);
  return tool ? { tool, args: step.args } : { text: `There is no tool ${step.tool}.` };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The text of content that is a string, or a list of parts with texts. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => part.text ?? "").join("\n");
}
