// Compares the server with openrouter-admin-mcp on the same Node and the same account, then measures the extension.
// Prints figures and ratios; with the argument "server", only those of the server; with "leaks", only
// those of the search for leaked keys.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { startAccount } from "./account.ts";
import { activation } from "./activation.ts";
import { audit } from "./audit.ts";
import { bundle } from "./bundle.ts";
import { channelCost } from "./channelCost.ts";
import { chart } from "./chart.ts";
import { makeData } from "./data.ts";
import { forecast } from "./forecast.ts";
import { foresight } from "./foresight.ts";
import { leakHistory, leakRecall } from "./leaks.ts";
import { roundTrips } from "./roundTrips.ts";
import { type Answer, type Command, startServer, type Tool } from "./server.ts";
import { median, type Pair, print, type Row } from "./table.ts";
import { whatIf } from "./whatIf.ts";

const RUNS = Number(process.env.RUNS ?? 15);
const ours = process.env.SERVER ?? fileURLToPath(new URL("../../dist/server.js", import.meta.url));
const theirs = fileURLToPath(new URL("build/index.js", import.meta.resolve("openrouter-admin-mcp/package.json")));

const data = makeData();
const account = await startAccount(data);
const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-bench-"));
try {
  if (process.argv[2] !== "leaks") await measureServer();
  if (process.argv[2] !== "server") await measureLeaks();
} finally {
  rmSync(folder, { recursive: true });
  await account.close();
}

async function measureServer(): Promise<void> {
  const env = {
    OPENROUTER_PROVISIONING_KEY: `sk-or-v1-${randomBytes(32).toString("hex")}`,
    OPENROUTER_ADMIN_ALLOW_WRITE: "1",
    OPENROUTER_BASE_URL: account.baseUrl,
  };
  const plain = { ours: { args: [ours], env }, theirs: { args: [theirs], env } };
  const connected = { ours: plain.ours, theirs: redirected(plain.theirs) };
  const rows = [...(await starts(plain)), ...(await roundTrips(connected, account)), ...(await tokenCounts(connected))];
  console.log(`Node ${process.version}, ${process.platform}; tokens by o200k_base`);
  print(rows, "openrouter-admin-mcp 0.7.3");
  console.log("\nThe channel");
  print(await channelCost(ours, { key: env.OPENROUTER_PROVISIONING_KEY, baseUrl: account.baseUrl }), "direct");
  if (process.argv[2] !== "server") {
    console.log("\nThe extension");
    print([...(await activation()), ...(await bundle()), ...(await chart()), ...(await audit())]);
    console.log("\nForesight");
    print([...foresight(), ...(await whatIf(data)), ...forecast()]);
  }
}

async function measureLeaks(): Promise<void> {
  console.log("\nThe search for leaked keys");
  const { rows, peer } = await leakRecall();
  print(rows, peer);
  print(await leakHistory(), "git log -G");
}

/** Redirects the peer's `fetch` to the bench account, since its URL is fixed. Not used when measuring time and memory. */
function redirected({ args, env }: Command): Command {
  const preload = join(folder, "redirect.mjs");
  writeFileSync(
    preload,
    `const send = globalThis.fetch;
globalThis.fetch = (url, init) => send(String(url).replace("https://openrouter.ai/api/v1", ${JSON.stringify(account.baseUrl)}), init);
`,
  );
  return { args: ["--import", pathToFileURL(preload).href, ...args], env };
}

/** Measures the time from spawn to the result of tools/list, and the memory then. Runs alternate for equal conditions. */
async function starts(commands: Pair<Command>): Promise<Row[]> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  const memory = { ours: [] as number[], theirs: [] as number[] };
  for (let run = -1; run < RUNS; run++) {
    for (const side of run % 2 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const)) {
      const start = performance.now();
      const server = startServer(commands[side]);
      await server.listTools();
      const took = performance.now() - start;
      const megabytes = server.memory();
      await server.stop();
      if (run < 0) continue; // warms up the disk cache
      times[side].push(took);
      if (megabytes !== undefined) memory[side].push(megabytes);
    }
  }
  const both = (figures: Pair<number[]>) => ({ ours: median(figures.ours), theirs: median(figures.theirs) });
  const fastest = { ours: Math.min(...times.ours), theirs: Math.min(...times.theirs) };
  return [
    { measure: `start to tools/list, ms, median of ${RUNS}`, ...both(times), target: "ratio <= 0.45" },
    // Least affected by other load.
    { measure: "start to tools/list, ms, fastest", ...fastest },
    memory.ours.length
      ? { measure: `VmRSS after tools/list, MB, median of ${RUNS}`, ...both(memory), target: "ratio <= 0.85" }
      : { measure: "VmRSS after tools/list", ours: "unavailable", theirs: "unavailable" },
  ];
}

/** Counts the tokens of tools/list and of the read tools' results. */
async function tokenCounts(commands: Pair<Command>): Promise<Row[]> {
  const servers = { ours: startServer(commands.ours), theirs: startServer(commands.theirs) };
  try {
    const tools = { ours: await servers.ours.listTools(), theirs: await servers.theirs.listTools() };
    const rows: Row[] = [
      { measure: "tools", ours: tools.ours.length, theirs: tools.theirs.length, target: "26" },
      {
        measure: "tools/list, tokens",
        ours: listTokens(tools.ours),
        theirs: listTokens(tools.theirs),
        target: "<= 2600",
      },
    ];
    for (const { name, args = {}, target, perKey } of readCalls()) {
      const [a, b] = [await servers.ours.call(name, args), await servers.theirs.call(name, args)];
      const given = Object.entries(args).map(([field, value]) => `${field}=${String(value).slice(0, 12)}`);
      rows.push({ measure: [name, ...given].join(" "), ours: tokens(a), theirs: tokens(b), target });
      if (!perKey) continue;
      rows.push({ measure: "  keys shown", ours: keysShown(a), theirs: keysShown(b), target: "50" });
      rows.push({ measure: "  tokens per key shown", ours: tokensPerKey(a), theirs: tokensPerKey(b), target: "<= 95" });
    }
    return rows;
  } finally {
    await servers.ours.stop();
    await servers.theirs.stop();
  }
}

function readCalls(): { name: string; args?: object; target?: string; perKey?: boolean }[] {
  const [key, model, guardrail] = [data.keys[0]!, data.models[0]!, data.guardrails[0]!];
  const [author, slug] = model.id.split("/");
  return [
    { name: "or_overview", target: "<= 700" },
    { name: "or_keys_list", perKey: true },
    { name: "or_models", target: "<= 6000" },
    { name: "or_credits" },
    { name: "or_current_key" },
    { name: "or_key_get", args: { hash: key.hash } },
    { name: "or_activity" },
    ...["by_model", "by_day", "by_provider", "by_key"].map((aggregate) => ({
      name: "or_activity",
      args: { aggregate },
    })),
    { name: "or_generation", args: { id: "gen-1" } },
    { name: "or_model_get", args: { id: model.id } },
    { name: "or_model_endpoints", args: { author, slug } },
    { name: "or_models_user" },
    { name: "or_zdr_endpoints" },
    { name: "or_guardrails_list" },
    { name: "or_guardrail_get", args: { id: guardrail.id } },
    { name: "or_guardrails_assignments" },
    { name: "or_org_members" },
  ];
}

function listTokens(tools: Tool[]): number {
  return countTokens(
    JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))),
  );
}

function tokens({ text, failed }: Answer): number | string {
  return failed ? "failed" : countTokens(text);
}

function keysShown({ text }: Answer): number {
  return new Set(text.match(/\b[0-9a-f]{64}\b/g)).size;
}

function tokensPerKey(answer: Answer): number | string {
  return answer.failed ? "failed" : countTokens(answer.text) / keysShown(answer);
}
