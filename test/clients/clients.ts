import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { anthropic } from "./anthropic.ts";
import { gemini } from "./gemini.ts";
import type { ClientPackage } from "./install.ts";
import type { Dialect } from "./model.ts";
import { openai } from "./openai.ts";

/** How the client starts the server. */
export interface ServerCommand {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** The setup of a client run. */
export interface Setup {
  /** An empty home folder. */
  home: string;
  server: ServerCommand;
  /** URL of the model's API. */
  modelUrl: string;
  question: string;
}

export interface RealClient {
  title: string;
  package: ClientPackage;
  dialect: Dialect;
  /** Rejects arguments that don't match a tool's schema before the server gets them. */
  checksArguments: boolean;
  /** Supports elicitation, and refuses automatically without a user. */
  supportsElicitation: boolean;
  /** Writes the client's settings and returns its arguments and environment. */
  prepare(setup: Setup): { args: string[]; env: Record<string, string> };
}

const claudeCode: RealClient = {
  title: "Claude Code",
  package: { name: "@anthropic-ai/claude-code", version: "2.1.197", script: "cli-wrapper.cjs" },
  dialect: anthropic,
  checksArguments: false,
  supportsElicitation: true,
  prepare({ home, server, modelUrl, question }) {
    const config = writeJson(home, "mcp.json", { mcpServers: { openrouter: { type: "stdio", ...server } } });
    return {
      args: ["-p", question, "--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__openrouter"],
      env: {
        ANTHROPIC_BASE_URL: modelUrl,
        ANTHROPIC_API_KEY: "none",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
      },
    };
  },
};

const codex: RealClient = {
  title: "Codex",
  package: { name: "@openai/codex", version: "0.169.0", script: "bin/codex.js" },
  dialect: openai,
  checksArguments: false,
  supportsElicitation: true,
  prepare({ home, server, modelUrl, question }) {
    const { env, ...command } = server;
    const settings = {
      model: "scripted",
      model_provider: "scripted",
      check_for_update_on_startup: false,
      "analytics.enabled": false,
      "model_providers.scripted.name": "scripted",
      "model_providers.scripted.base_url": `${modelUrl}/v1`,
      "model_providers.scripted.env_key": "OPENAI_API_KEY",
      "model_providers.scripted.wire_api": "responses",
      "mcp_servers.openrouter.command": command.command,
      "mcp_servers.openrouter.args": command.args,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [`mcp_servers.openrouter.env.${name}`, value])),
    };
    mkdirSync(join(home, ".codex"));
    // JSON's strings, booleans and lists of strings are TOML's.
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    writeFileSync(join(home, ".codex", "config.toml"), lines.join(""));
    return {
      args: ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", question],
      env: { OPENAI_API_KEY: "none" },
    };
  },
};

const geminiCli: RealClient = {
  title: "Gemini CLI",
  package: { name: "@google/gemini-cli", version: "0.61.0", script: "bundle/gemini.js" },
  dialect: gemini,
  checksArguments: true,
  supportsElicitation: false,
  prepare({ home, server, modelUrl, question }) {
    writeJson(home, ".gemini/settings.json", {
      security: { auth: { selectedType: "gemini-api-key" } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      mcpServers: { openrouter: { ...server, trust: true } },
    });
    return {
      args: ["--yolo", "-m", "gemini-2.5-flash", "-p", question],
      env: {
        GEMINI_API_KEY: "none",
        GOOGLE_GEMINI_BASE_URL: modelUrl,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
        GEMINI_CLI_NO_RELAUNCH: "true",
      },
    };
  },
};

export const realClients = [claudeCode, codex, geminiCli];

function writeJson(home: string, name: string, content: object): string {
  const file = join(home, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  return file;
}
