import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import pkg from "../../package.json" with { type: "json" };
import { createClient, isSampleAccount, OpenRouterError } from "../openrouter/index.ts";
import { createServer } from "./createServer.ts";
import { hardenProcess, readEnvironment } from "./environment.ts";
import { StdioTransport } from "./stdio.ts";

// Stdout carries the protocol; everything else goes to stderr.
try {
  const settings = readEnvironment(process.env);
  if ("problem" in settings) {
    console.error(`${settings.problem} ${settings.nextStep}`);
    process.exit(1);
  }
  hardenProcess();
  const { key, baseUrl, allowWrite, notices } = settings;
  const client = createClient({ key, baseUrl, userAgent: `openrouter-admin/${pkg.version}` });
  const onWrite = writeMarker(settings.writeMarker);
  const readApp = () => readFile(new URL("activity-app.html", import.meta.url), "utf8");
  const transport = new StdioTransport();
  const { closing } = transport;
  const sample = isSampleAccount(key, client.baseUrl);
  const server = createServer({ client, version: pkg.version, allowWrite, sample, onWrite, readApp, closing });
  await server.connect(transport);
  exitWithClient(transport);
  console.error(`openrouter-admin running on stdio (write tools: ${allowWrite ? "ENABLED" : "disabled"})`);
  if (sample) console.error("This is the sample account: all of its data is invented.");
  for (const notice of notices) console.error(notice);
} catch (error) {
  if (!(error instanceof OpenRouterError)) throw error;
  console.error(`${error.message} ${error.nextStep}`);
  process.exit(1);
}

/** Touches the file that the extension watches, so that its views show what an agent changed. */
function writeMarker(file: string | undefined): (() => void) | undefined {
  if (!file) return undefined;
  return () => {
    try {
      writeFileSync(file, new Date().toISOString());
    } catch (error) {
      console.error(`The editor was not told of a change: ${error instanceof Error ? error.message : error}`);
    }
  };
}

/** Exits with code 0 when the client is gone or sends a signal. */
function exitWithClient(transport: StdioTransport): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => transport.end());
  // A closed stderr must not crash the process.
  process.stderr.on("error", () => {});
  transport.ended.then(() => process.exit(0));
}
