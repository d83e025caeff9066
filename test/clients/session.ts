import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVER } from "../support/mcp.ts";
import type { RealClient } from "./clients.ts";
import { startGate } from "./gate.ts";
import { type OfferedTool, type Step, startModel } from "./model.ts";
import { runToEnd } from "./process.ts";

export interface Conversation {
  /** The tools as the client offered them to the model. */
  tools: OfferedTool[];
  /** The results that the model got, one text per step. */
  results: string[];
}

/**
 * Starts a client with the built server and a model that makes these calls, and waits until it exits. The client has its
 * own environment and home folder, and reaches only loopback.
 */
export async function converse(
  client: RealClient,
  script: string,
  env: Record<string, string>,
  steps: Step[],
): Promise<Conversation> {
  const gate = await startGate();
  const model = await startModel(client.dialect, steps);
  const home = mkdtempSync(join(tmpdir(), "openrouter-admin-client-"));
  const cwd = join(home, "work");
  mkdirSync(cwd);
  try {
    const server = { command: process.execPath, args: [SERVER], env };
    const asked = client.prepare({ home, server, modelUrl: model.url, question: "Please follow the script." });
    const { code, output } = await runToEnd([script, ...asked.args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, ...gate.env, ...asked.env },
    });
    const { tools, results } = model.seen;
    const what = `${client.title} ended with ${code} after ${results.length} of ${steps.length} calls. It wrote:\n${output}`;
    assert.equal(code, 0, what);
    assert.equal(results.length, steps.length, what);
    return { tools, results };
  } finally {
    await Promise.all([model.close(), gate.close()]);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
