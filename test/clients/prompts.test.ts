// Runs a prompt of the built server as a slash command in real clients that have such commands. Their model is scripted.
import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { serverEnv } from "../support/mcp.ts";
import { trueYesterday } from "../vscode/truth/api.ts";
import { type RealClient, realClients } from "./clients.ts";
import { ensureClient } from "./install.ts";
import { converse } from "./session.ts";

/** The slash command of each client, with the value of the argument `period`; Codex has none. */
const COMMANDS: Readonly<Record<string, string>> = {
  "Claude Code": "/mcp__openrouter__openrouter-spend-review yesterday",
  "Gemini CLI": '/openrouter-spend-review --period="yesterday"',
};

for (const client of realClients.filter(({ title }) => title in COMMANDS))
  describe(`a prompt in ${client.title}`, function () {
    this.timeout(240_000);
    let account: SampleAccount;

    before(async () => {
      account = await startSampleAccount();
    });
    after(() => account.close());

    it("gives the model the steps and the argument, and its tools return the figures", async function () {
      const script = await ensureClient(client.package).catch(() => this.skip());
      const bodies: string[] = [];
      const asking: RealClient = {
        ...client,
        prepare: (setup) => client.prepare({ ...setup, question: COMMANDS[client.title]! }),
        dialect: {
          ...client.dialect,
          read(path, body) {
            bodies.push(JSON.stringify(body));
            return client.dialect.read(path, body);
          },
        },
      };
      const { results } = await converse(asking, script, serverEnv(account), [
        { tool: "or_overview", args: {} },
        { tool: "or_activity", args: { aggregate: "by_day" } },
      ]);
      // Gemini CLI passes the text as JSON in JSON.
      const prompt = (bodies.find((body) => body.includes("# Review OpenRouter spend")) ?? "").replaceAll("\\", "");
      assert.ok(prompt.includes('`or_activity {"aggregate":"by_day"}`'), prompt.slice(0, 2_000));
      assert.ok(prompt.includes('- period: "yesterday"'));
      assert.ok(!prompt.includes("argument-hint"));
      const { date, usage } = await trueYesterday(account);
      assert.match(results[1] ?? "", new RegExp(`^${date}\t${Number(usage.toFixed(6))}\t`, "m"));
    });
  });
