// A mock of the Copilot API on loopback, so that VS Code's Copilot harness runs without signing in. Its model follows
// instructions in the question: see `formatQuestion` and `nextMove`.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FOLLOW, followSkill } from "../extensions/scripted-model/followSkill.ts";

type Json = Record<string, unknown>;

/** One request to the model. */
export interface ModelTurn {
  /** The names of the tools that the model may call. */
  tools: string[];
  messages: { role: string; text: string }[];
}

export interface CopilotApi {
  url: string;
  /** The requests to the model, in order; those without tools are for titles and the like. */
  turns: ModelTurn[];
  /** All requests with headers and bodies: what would be sent to the real API. */
  requests: string[];
  close(): Promise<void>;
}

export interface Question {
  id: number;
  /** The end of the name of the tool that the model should call; its answer repeats the result. */
  tool?: string;
  args?: Json;
  /** The answer contains only the result's first line, so that the chart next to it stays visible. */
  brief?: boolean;
}

export function wordQuestion({ id, tool, args = {}, brief = false }: Question): string {
  return `question ${id}${brief ? " in brief" : ""}: ${tool ? `call-tool:${tool} ${JSON.stringify(args)}` : "nothing"}`;
}

/** Returns the texts at the beginning and end of the answer to a question. */
export const answerMarks = (id: number) => ({ begin: `Answer ${id} begins.`, end: `Answer ${id} ends.` });

const MODEL = "gpt-5-mock";

export async function startCopilotApi(): Promise<CopilotApi> {
  const [turns, requests]: [ModelTurn[], string[]] = [[], []];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    requests.push(`${request.method} ${request.url}\n${JSON.stringify(request.headers)}\n${body}`);
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname !== "/chat/completions")
      return sendJson(response, account(pathname, `http://${request.headers.host}`));
    const asked = JSON.parse(body) as Json;
    const turn = readTurn(asked);
    turns.push(turn);
    sendMove(response, asked.stream === true, nextMove(turn));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ turns, requests },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers requests other than model turns: the subscription, the models, the session of a model. */
function account(path: string, url: string): Json {
  const expires_at = Math.floor(Date.now() / 1000) + 3600;
  if (path.startsWith("/copilot_internal/")) return subscription(url, expires_at);
  switch (path) {
    case "/user":
      return { login: "test", id: 1, name: "Test" };
    case "/models":
      return { data: [model] };
    case "/models/session":
      return {
        ...{ available_models: [MODEL], selected_model: MODEL, session_token: "test", expires_at },
        discounted_costs: {},
      };
    case "/models/session/intent":
      return { model: MODEL };
    case `/models/${MODEL}/policy`:
      return model.policy;
    case `/models/${MODEL}`:
      return model;
    default:
      return path.startsWith("/agents") ? { agents: [], sessions: [], data: [] } : {};
  }
}

function subscription(url: string, expires_at: number): Json {
  const sku = "plus_monthly_subscriber_quota";
  return {
    ...{ login: "test", sku, access_type_sku: sku, copilot_plan: "individual_pro", individual: true },
    ...{ chat_enabled: true, can_signup_for_limited: false, analytics_tracking_id: "test", organization_list: [] },
    endpoints: { api: url, proxy: url, telemetry: url, "origin-tracker": url },
    ...{ token: "test", expires_at, refresh_in: 1800, quota_snapshots: {} },
  };
}

const model = {
  ...{ id: MODEL, name: "Mock Model", object: "model", version: MODEL, vendor: "OpenAI", preview: false },
  ...{ model_picker_enabled: true, model_picker_category: "powerful" },
  ...{ is_chat_default: true, is_chat_fallback: true, policy: { state: "enabled", terms: "" } },
  billing: { is_premium: false, multiplier: 0, restricted_to: [] },
  capabilities: {
    ...{ type: "chat", family: MODEL, tokenizer: "o200k_base", object: "model_capabilities" },
    limits: { max_prompt_tokens: 200_000, max_output_tokens: 32_000, max_context_window_tokens: 232_000 },
    supports: { streaming: true, tool_calls: true, parallel_tool_calls: true, vision: false },
  },
  supported_endpoints: ["/chat/completions"],
};

function readTurn({ tools = [], messages }: Json): ModelTurn {
  return {
    tools: (tools as { name?: string; function?: { name: string } }[]).flatMap(
      (tool) => tool.function?.name ?? tool.name ?? [],
    ),
    messages: (messages as { role: string; content: unknown }[]).map(({ role, content }) => ({
      role,
      text: textOf(content),
    })),
  };
}

/** Returns the text of content that is a string or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: string }) => part.text ?? "").join("\n");
}

const QUESTION = /question (\d+)( in brief)?: (?:call-tool:(\S+) (\{.*\})|nothing)/;

type Move = { tool: string; args: string } | { text: string };

/** Calls the tool that the last question names; answers if there is its result, or if it names no tool. */
function nextMove({ tools, messages }: ModelTurn): Move {
  const fromLastQuestion = messages.slice(Math.max(0, messages.findLastIndex(isQuestion)));
  const step = tools.length > 0 && followSkill(fromLastQuestion.map(asMessage), tools);
  if (step)
    return "tool" in step ? { tool: step.tool, args: JSON.stringify(step.args) } : { text: asMarkdown(step.text) };
  const { id, tool: wanted, args, brief } = lastQuestion(messages);
  const answer = (text: string) => {
    const { begin, end } = answerMarks(id);
    return { text: `${begin}\n\n${asMarkdown(text)}\n\n${end}` };
  };
  const last = messages.at(-1);
  if (last?.role === "tool") return answer(brief ? last.text.split("\n")[0]! : last.text);
  if (wanted === undefined || tools.length === 0) return answer(`Offered ${tools.length} tools.`);
  const tool = tools.find((name) => name.endsWith(wanted));
  return tool ? { tool, args } : answer(`No ${wanted} among ${tools.length} tools: ${tools.join(", ")}`);
}

const isQuestion = ({ role, text }: ModelTurn["messages"][0]) =>
  role === "user" && (text.includes(FOLLOW) || QUESTION.test(text));

const asMessage = ({ role, text }: ModelTurn["messages"][0]) =>
  role === "tool" ? { text: "", results: [text] } : { text: role === "user" ? text : "", results: [] };

/** Finds the last question among the harness's own texts and all earlier questions. */
function lastQuestion(messages: ModelTurn["messages"]) {
  const typed = messages.filter(({ role }) => role === "user").map(({ text }) => text);
  const questions = typed.join("\n").matchAll(new RegExp(QUESTION, "g"));
  const [, id, brief, tool, args = "{}"] = [...questions].at(-1) ?? [];
  return { id: Number(id), tool, args, brief: brief !== undefined };
}

/** Escapes a text for the chat's Markdown and makes each line a paragraph, so that it is shown unchanged. */
function asMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, "\\$&").replaceAll("\n", "\n\n");
}

function sendMove(response: ServerResponse, stream: boolean, move: Move): void {
  const message =
    "text" in move
      ? { role: "assistant", content: move.text }
      : { role: "assistant", content: null, tool_calls: [toolCall(move)] };
  const finish_reason = "text" in move ? "stop" : "tool_calls";
  const base = { id: `chat-${Date.now()}`, created: Math.floor(Date.now() / 1000), model: MODEL };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  if (!stream) {
    const choices = [{ index: 0, message, finish_reason }];
    sendJson(response, { ...base, object: "chat.completion", choices, usage });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choices: Json[], more: Json = {}) =>
    response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices, ...more })}\n\n`);
  send([{ index: 0, delta: message, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason }]);
  send([], { usage });
  response.end("data: [DONE]\n\n");
}

function toolCall({ tool, args }: { tool: string; args: string }): Json {
  return { index: 0, id: `call-${Date.now()}`, type: "function", function: { name: tool, arguments: args } };
}

function sendJson(response: ServerResponse, body: Json): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
