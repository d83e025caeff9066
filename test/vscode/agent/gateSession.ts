// An agent outside of the editor: a real MCP client whose server has no key and connects through the window.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type McpServer, startServer, type ToolAnswer } from "../../support/mcp.ts";
import { answerModal, type Modal, modal } from "../host/dialogs.ts";
import { eventually } from "../host/eventually.ts";
import type { Host } from "../host/server.ts";

export interface AgentHome {
  /** The home folder of the editor and the agents, so that they find only each other. */
  home: string;
  remove(): Promise<void>;
}

export function agentHome(): AgentHome {
  const home = mkdtempSync(join(tmpdir(), "openrouter-admin-home-"));
  return { home, remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts an agent with the installed extension's server and waits until it finds the window. */
export async function startAgent(host: Host, { home }: AgentHome, name = "Test Agent"): Promise<McpServer> {
  const installed = readdirSync(host.extensionsDir).find((folder) => folder.startsWith("openrouter-admin."));
  const script = join(host.extensionsDir, installed ?? "", "dist", "server.js");
  const agent = await startServer({ HOME: home, OPENROUTER_ADMIN_CHANNEL: "1" }, {}, { script, name });
  await eventually(async () => {
    const { isError, text } = await agent.call("or_credits");
    assert.equal(isError, false, text);
  }, 60_000);
  return agent;
}

/** Waits for the question about a call. @throws Error with the tool's answer if it comes without a question */
export function questionAbout(page: Page, called: Promise<ToolAnswer>, text?: string): Promise<Modal> {
  const question = modal(page, text);
  const unasked = called.then(({ text }) => {
    throw new Error(`There was no question. The tool answered: ${text}`);
  });
  // Only the first of both counts.
  for (const late of [question, unasked]) late.catch(() => {});
  return Promise.race([question, unasked]);
}

/** Calls a tool, reads the question that the user is asked, and answers it. */
export async function callAndAnswer(
  page: Page,
  call: () => Promise<ToolAnswer>,
  button: string,
): Promise<{ question: Modal; answer: ToolAnswer }> {
  const called = call();
  const question = await questionAbout(page, called);
  await answerModal(page, button);
  return { question, answer: await called };
}
