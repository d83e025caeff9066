import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { DEFAULT_TOOLS, READ_TOOLS } from "../../support/toolCounts.ts";
import { containsFigure } from "../truth/figures.ts";
import { EXPECTED_VARIABLE, type Expected } from "./contract.ts";

const SERVER_ID = "openrouter-admin.openrouter-admin/OpenRouter Admin";
const expected: Expected = JSON.parse(process.env[EXPECTED_VARIABLE] ?? "{}");

function tools(): string[] {
  return vscode.lm.tools.map((tool) => tool.name).filter((name) => /^mcp_openrouter.*_or_/.test(name));
}

function toolName(name: string): string {
  const found = tools().find((tool) => tool.endsWith(`_${name}`));
  assert.ok(found, `no ${name} among ${tools().join(", ") || "no tools"}`);
  return found;
}

/** Repeats starting the server, which does nothing until the definitions have arrived, until it offers `count` tools. */
async function waitForTools(count: number, timeoutMs = 40_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    await vscode.commands.executeCommand("workbench.mcp.startServer", SERVER_ID, { waitForLiveTools: true });
    if (tools().length === count) return;
    await sleep(250);
  }
  assert.equal(tools().length, count, tools().join(", "));
}

async function invoke(name: string, input: object = {}): Promise<string> {
  const result = await vscode.lm.invokeTool(toolName(name), { input, toolInvocationToken: undefined });
  return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
}

describe("the packaged extension in VS Code", () => {
  const setting = () => vscode.workspace.getConfiguration("openrouterAdmin");
  const allowWriting = (mode: "off" | "ask" | "on" | undefined) =>
    setting().update("allowWriteTools", mode, vscode.ConfigurationTarget.Global);

  after(() => allowWriting(undefined));

  it("activates", async () => {
    const extension = vscode.extensions.getExtension("openrouter-admin.openrouter-admin");
    assert.ok(extension, "the extension is not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers all declared commands", async () => {
    const manifest = vscode.extensions.getExtension("openrouter-admin.openrouter-admin")?.packageJSON;
    const declared = manifest.contributes.commands.map((command: { command: string }) => command.command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((command: string) => !registered.has(command)),
      [],
    );
  });

  it("lets VS Code start the bundled server with the read-only tools", async () => {
    await waitForTools(READ_TOOLS);
  });

  it("answers or_overview with the account's remaining credits", async () => {
    const text = await invoke("or_overview");
    assert.ok(containsFigure(text, expected.remaining), `${expected.remaining} is not in:\n${text}`);
    assert.ok(!text.includes(expected.key), "the key is in the answer");
  });

  it("offers all tools with writes on", async () => {
    await allowWriting("on");
    await waitForTools(DEFAULT_TOOLS);
    assert.ok(toolName("or_key_create"));
  });

  it("keeps answering after the restart", async () => {
    assert.ok(containsFigure(await invoke("or_credits"), expected.remaining));
  });

  it("offers the read-only tools again with writes off", async () => {
    await allowWriting("off");
    await waitForTools(READ_TOOLS);
    assert.ok(!tools().some((name) => name.endsWith("_or_key_create")));
  });

  it("has no key in any tool description", () => {
    assert.ok(!JSON.stringify(vscode.lm.tools).includes(expected.key));
  });
});
