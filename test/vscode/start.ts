import { homedir } from "node:os";
import { ensureHost } from "./host/install.ts";
import { startHost } from "./host/server.ts";
import { ensureVsix } from "./host/vsix.ts";
import { workbenchUrl } from "./host/workbenchUrl.ts";

await ensureHost();
const key = process.env.OPENROUTER_PROVISIONING_KEY?.trim();
const baseUrl = process.env.OPENROUTER_BASE_URL?.trim();
const host = await startHost({
  vsix: [await ensureVsix()],
  env: key ? { OPENROUTER_PROVISIONING_KEY: key } : { OPENROUTER_ADMIN_SAMPLE: "1" },
  settings: key && baseUrl ? { "openrouterAdmin.baseUrl": baseUrl } : {},
  // The user's home, so that their other MCP clients find this window.
  home: homedir(),
  port: process.env.PORT ? Number(process.env.PORT) : undefined,
});

const account = key ? "the account of OPENROUTER_PROVISIONING_KEY" : "the sample account (no key needed)";
console.log(`OpenRouter Admin is open at ${workbenchUrl(host)}`);
console.log(`It uses ${account}. Ctrl-C ends it.`);

const stop = async () => {
  await host.stop();
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
// The server runs in its own process group, which doesn't keep this process alive.
setInterval(() => {}, 60_000);
