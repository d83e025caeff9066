// Claude Code, Codex and Gemini CLI with a scripted model, each with the server that is in its own configuration.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { realClients } from "../../clients/clients.ts";
import { startGate } from "../../clients/gate.ts";
import { ensureClient } from "../../clients/install.ts";
import { type Step, startModel } from "../../clients/model.ts";
import { runToEnd } from "../../clients/process.ts";

const QUESTION = "Please follow the script.";

/** The arguments and environment of each client, besides its configuration. */
const runs: Record<string, (modelUrl: string) => { args: string[]; env: Record<string, string> }> = {
  "Claude Code": (modelUrl) => ({
    args: ["-p", QUESTION, "--allowedTools", "mcp__openrouter-admin"],
    env: {
      ...{ ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: "none" },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    },
  }),
  Codex: (modelUrl) => ({
    args: [
      ...["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"],
      ...["-c", 'model="scripted"', "-c", 'model_provider="scripted"', "-c", "check_for_update_on_startup=false"],
      "-c",
      `model_providers.scripted={name="scripted",base_url="${modelUrl}/v1",env_key="OPENAI_API_KEY",wire_api="responses"}`,
      QUESTION,
    ],
    env: { OPENAI_API_KEY: "none" },
  }),
  "Gemini CLI": (modelUrl) => ({
    args: ["--yolo", "-m", "gemini-2.5-flash", "-p", QUESTION],
    env: {
      ...{ GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: modelUrl },
      ...{ GEMINI_CLI_TRUST_WORKSPACE: "true", GEMINI_CLI_NO_RELAUNCH: "true" },
    },
  }),
};

/** The clients that run here, and how they are asked. A client that can't be installed is left out. */
export async function installRealClients() {
  const installed: { title: string; ask(home: string, steps: Step[]): Promise<string[]> }[] = [];
  for (const client of realClients)
    try {
      const script = await ensureClient(client.package);
      installed.push({ title: client.title, ask: (home, steps) => ask(client, script, home, steps) });
    } catch (error) {
      process.stderr.write(`[clients] ${client.title} is left out, since it can't be installed here: ${error}\n`);
    }
  return installed;
}

/** @returns the results of the calls */
async function ask(
  client: (typeof realClients)[number],
  script: string,
  home: string,
  steps: Step[],
): Promise<string[]> {
  const gate = await startGate();
  const model = await startModel(client.dialect, steps);
  const cwd = join(home, "work");
  mkdirSync(cwd, { recursive: true });
  try {
    const { args, env } = runs[client.title]!(model.url);
    const base = { PATH: process.env.PATH, HOME: home, USERPROFILE: home };
    const { code, output } = await runToEnd([script, ...args], { cwd, env: { ...base, ...gate.env, ...env } });
    const { results } = model.seen;
    if (code !== 0 || results.length !== steps.length)
      throw new Error(`${client.title} ended with ${code} after ${results.length} calls. It wrote:\n${output}`);
    return results;
  } finally {
    await Promise.all([model.close(), gate.close()]);
  }
}
