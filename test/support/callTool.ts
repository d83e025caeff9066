// Calls a tool of the built server from the command line: `npm run tool -- or_key_get '{"hash":"…"}'`. Without a name it
// lists the tools. It uses the sample account, with write tools; with `--window` it uses the account of an open VS Code.
// A debugger that is attached to this process also gets the server's.
import { parseArgs } from "node:util";
import { startSampleAccount } from "../../src/sample/index.ts";
import { serverEnv, startServer } from "./mcp.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { window: { type: "boolean" } } });
const [name, input = "{}"] = positionals;
const args = readArguments(input);

const account = values.window ? undefined : await startSampleAccount();
const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith("OPENROUTER_"));
const server = await startServer({
  ...(Object.fromEntries(inherited) as Record<string, string>),
  ...(account && { ...serverEnv(account, "1"), OPENROUTER_ADMIN_TOOLS: "all" }),
});
if (name) {
  const { raw, isError } = await server.call(name, args);
  console.log(raw);
  process.exitCode = isError ? 1 : 0;
} else {
  const { tools } = await server.client.listTools();
  for (const tool of tools) console.log(`${tool.name.padEnd(32)} ${tool.title}`);
}
await server.close();
await account?.close();

/** Parses the tool's arguments; ends the process with one line if they aren't a JSON object. */
function readArguments(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Reported below.
  }
  console.error(`The arguments must be a JSON object, such as '{"limit": 5}', not ${text}`);
  process.exit(1);
}
