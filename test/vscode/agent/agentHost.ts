// VS Code's Agent Host with its Copilot harness: the chat runs in a process separate from the extension host, and the
// harness starts our MCP server from the provider's definition without resolving it.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { runCommand } from "../host/browser.ts";
import { eventually } from "../host/eventually.ts";
import type { HostOptions } from "../host/server.ts";
import { describeSession, type Session, type SessionOptions, WITH_CHAT } from "../host/session.ts";
import { answerMarks, type CopilotApi, type Question, startCopilotApi, wordQuestion } from "./copilotApi.ts";

export interface AgentHost extends Session {
  api: CopilotApi;
  /** The home folder of all processes of the editor, which also contains their temporary files. */
  home: string;
}

/** The harness's prefix for the names of our tools. */
const TOOL_PREFIX = "OpenRouter-Admin-";

/** Time for a session's servers to start; the first questions may come before. */
const SYNC_MS = 30_000;

const SETTINGS = {
  ...WITH_CHAT,
  "chat.defaultToCopilotHarness": true,
  "chat.editor.preferCopilotHarness": true,
  "chat.agentHost.allowSignedOutWhenUsable": true,
  "chat.agentHost.unsafeTestToken": "test",
  "chat.agentHost.copilot.toolSearch.enabled": false,
  "chat.agentHost.githubMcpServer.enabled": false,
  "chat.tools.global.autoApprove": true,
};

/** Describes a suite whose chat runs in the Agent Host. The editor is signed out at first. */
export function describeAgentHost(
  name: string,
  { account }: Pick<SessionOptions, "account">,
  body: (this: Mocha.Suite, agent: AgentHost) => void,
): void {
  const own: Partial<Pick<AgentHost, "api" | "home">> = {};
  const options = {
    ...{ account, signedIn: false, sidebar: false, independent: true, settings: SETTINGS },
    async host(): Promise<Partial<HostOptions>> {
      own.api = await startCopilotApi();
      own.home = await mkdtemp(join(tmpdir(), "openrouter-admin-home-"));
      // The harness accepts the test token only if the smoke test driver is enabled.
      return { smoke: true, env: await environment(own.api, own.home) };
    },
  };
  describeSession(name, options, function (session) {
    const agent = session as AgentHost;
    before(() => Object.assign(agent, own));
    after(async () => {
      await own.api?.close();
      if (own.home) await rm(own.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });
    body.call(this, agent);
  });
}

async function environment(api: CopilotApi, home: string): Promise<Record<string, string>> {
  const temporary = join(home, "tmp");
  await mkdir(temporary, { mode: 0o700 });
  return {
    ...{ VSCODE_AGENT_HOST_CAPI_URL_OVERRIDE: api.url, COPILOT_API_URL: api.url },
    ...{ COPILOT_DEBUG_GITHUB_API_URL: api.url, GITHUB_COPILOT_API_TOKEN: "test", GITHUB_PAT: "test" },
    ...{ NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost" },
    // Editors that run at the same time must not share folders.
    ...{ HOME: home, TMPDIR: temporary, XDG_RUNTIME_DIR: temporary },
  };
}

let questions = 0;

type Asked = Omit<Question, "id">;

/** Asks in the open chat and returns the answer, which contains the tool's result if the question names a tool. */
async function ask(page: Page, asked: Asked = {}): Promise<string> {
  questions += 1;
  const { begin, end } = answerMarks(questions);
  const text = await askText(page, wordQuestion({ id: questions, ...asked }), end);
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

/** Asks in the open chat and returns the whole response once it contains `end`. */
export async function askText(page: Page, question: string, end: string): Promise<string> {
  await runCommand(page, "Chat: Open Chat");
  await fillInput(page, question);
  await page.keyboard.press("Enter");
  const response = page.locator(".interactive-response").last();
  await response.getByText(end).waitFor({ timeout: 60_000 });
  return (await response.allInnerTexts()).join("\n");
}

/** Retries, since after a reload the input may get the focus late or contain another text. */
async function fillInput(page: Page, text: string): Promise<void> {
  const input = page.locator(".interactive-session .interactive-input-part .monaco-editor").first();
  await eventually(async () => {
    await input.click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(text);
    const shown = await input.locator(".view-lines").first().innerText();
    const [actual, expected] = [shown, text].map((one) => one.replaceAll(/\s/g, "").length);
    if (actual !== expected) throw new Error(`The chat's input shows: ${shown}`);
  });
}

/** Repeats the question until the model is offered the tool, and returns the tool's result as shown in the chat. */
export function askTool(agent: AgentHost, tool: string, more?: Omit<Asked, "tool">): Promise<string> {
  return eventually(async () => {
    const answer = await ask(agent.page, { tool, ...more });
    if (answer.startsWith(`No ${tool} among`)) throw notOffered(agent, tool);
    return answer;
  }, SYNC_MS);
}

/** Repeats the question until the model is offered `count` of our tools, and returns their names. */
export function offeredTools(agent: AgentHost, count: number): Promise<string[]> {
  return eventually(async () => {
    await ask(agent.page);
    const ours = lastOffer(agent).filter((tool) => tool.startsWith(TOOL_PREFIX));
    if (ours.length !== count) throw notOffered(agent, `${count} tools`);
    return ours.map((tool) => tool.slice(TOOL_PREFIX.length));
  }, SYNC_MS);
}

/** Returns the tools of the last request with tools; requests for titles and the like have none. */
function lastOffer({ api }: AgentHost): string[] {
  return api.turns.findLast(({ tools }) => tools.length > 0)?.tools ?? [];
}

/** Creates an error with the harness's log messages about failed servers, which the chat doesn't show. */
function notOffered(agent: AgentHost, wanted: string): Error {
  const offered = lastOffer(agent).filter((tool) => tool.includes("or_"));
  const ended = agent.host.logs().match(/MCP server 'openrouter[^']*' failed .*?(?= \{"mcpEvent|$)/gim) ?? [];
  return new Error([`Not offered ${wanted}, but: ${offered.join(", ") || "none"}.`, ...new Set(ended)].join("\n"));
}

/** Opens another chat, which starts another session of the Agent Host. */
export async function newChat(page: Page): Promise<void> {
  // The command with this name would open it in an editor.
  await page.locator(".part.auxiliarybar").getByRole("button", { name: "New Chat" }).first().click();
  await page.locator(".interactive-response").first().waitFor({ state: "detached" });
}

/** Waits until the newest chart in the chat shows figures and returns its frame. */
export function drawnChart(page: Page): Promise<Frame> {
  return eventually(async () => {
    for (const frame of page.frames().reverse()) {
      if (!(await frame.evaluate<boolean>(IS_CHART).catch(() => false))) continue;
      if (await frame.locator(".body:not([hidden])").isVisible()) return frame;
      throw new Error(`The chart has no figures: ${(await frame.locator("main").innerText()).slice(0, 300)}`);
    }
    throw new Error("There is no chart in the chat.");
  });
}

const IS_CHART = `document.title === "Spend" && document.querySelector("main").childElementCount > 0`;
