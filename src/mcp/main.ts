#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import pkg from "../../package.json" with { type: "json" };
import { createClient, isSampleAccount, loadTransport, OpenRouterError } from "../openrouter/index.ts";
import { createOwnAccess, createWindowAccess, loadChannel, type OwnAccess } from "./access.ts";
import { createServer } from "./createServer.ts";
import { hardenProcess, readEnvironment } from "./environment.ts";
import { StdioTransport } from "./stdio.ts";
import { selectTools } from "./toolSelection.ts";
import { allTools } from "./tools/index.ts";
import { useEnvProxy } from "./useEnvProxy.ts";

/** Late enough that it delays no response after the start. */
const LOAD_AFTER_MS = 2_000;

// Stdout is reserved for the protocol; messages go to stderr.
try {
  const settings = readEnvironment(process.env);
  if ("problem" in settings) {
    console.error(`${settings.problem} ${settings.nextStep}`);
    process.exit(1);
  }
  const proxyNotice =
    settings.usesChannel || /^http:/i.test(settings.baseUrl ?? "") ? undefined : await useEnvProxy(process.env);
  if (proxyNotice) settings.notices.push(proxyNotice);
  hardenProcess();
  const { key, usesChannel, baseUrl, allowWrite, notices } = settings;
  const own =
    key === undefined ? undefined : ownAccess(key, { baseUrl, allowWrite }, usesChannel ? notices : undefined);
  const usesWindow = usesChannel || !own;
  const accessProvider = usesWindow ? createWindowAccess(own) : createOwnAccess(own);
  // If the variable is not set, the setting of the window applies.
  const selection =
    settings.tools || !usesWindow ? selectTools(settings.tools ?? "", allTools, "OPENROUTER_ADMIN_TOOLS") : undefined;
  notices.push(...(selection?.notices ?? []));
  const isSample = own?.isSample ?? false;
  const readApp = () => readFile(new URL("activity-app.html", import.meta.url), "utf8");
  const readSkill = (name: string) => readFile(new URL(`../media/skills/${name}/SKILL.md`, import.meta.url), "utf8");
  const transport = new StdioTransport();
  const server = createServer({
    ...{ accessProvider, version: pkg.version, isSample, readApp, readSkill, closing: transport.closing },
    selected: selection?.names,
    warn: (text) => console.error(text),
  });
  await server.connect(transport);
  // The first line is printed even if the client disconnects immediately.
  const offer = accessProvider.offer().then(({ allowsWrites }) => allowsWrites);
  const allowsWrites = Promise.race([offer, transport.ended.then(() => false)]);
  const announced = allowsWrites.then((writes) => {
    console.error(`openrouter-admin running on stdio (write tools: ${writes ? "ENABLED" : "disabled"})`);
    if (!own) console.error("No key is set: requests go through VS Code.");
    if (isSample) console.error("Sample account: all data is invented.");
    for (const notice of notices) console.error(notice);
  });
  setTimeout(loadFiles, LOAD_AFTER_MS, usesWindow).unref();
  exitWithClient(transport, announced);
  await announced;
} catch (error) {
  if (!(error instanceof OpenRouterError)) throw error;
  console.error(`${error.message} ${error.nextStep}`);
  process.exit(1);
}

/**
 * Creates access with the server's own key.
 * @param notices receives the error instead of throwing it; given if requests can go through VS Code
 * @throws OpenRouterError without `notices`
 */
function ownAccess(
  key: string,
  { baseUrl, allowWrite }: { baseUrl?: string; allowWrite: boolean },
  notices?: string[],
): OwnAccess | undefined {
  try {
    const client = createClient({ key, baseUrl, userAgent: `openrouter-admin/${pkg.version}` });
    return { key, client, allowWrite, isSample: isSampleAccount(key, client.baseUrl) };
  } catch (error) {
    if (!notices || !(error instanceof OpenRouterError)) throw error;
    notices.push(`${error.message} ${error.nextStep}`);
    return undefined;
  }
}

/**
 * Loads the files of this program that every call needs: an update of the extension deletes them while the server runs.
 * What only some tools need is loaded when they are called.
 */
function loadFiles(usesWindow: boolean): void {
  // A call that needs a missing file reports it.
  Promise.all([loadTransport(), usesWindow && loadChannel()]).catch(() => {});
}

/** Exits with code 0 when the client disconnects or sends a signal. */
function exitWithClient(transport: StdioTransport, announced: Promise<void>): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => transport.end());
  // A closed stderr must not crash the process.
  process.stderr.on("error", () => {});
  transport.ended.then(() => announced).finally(() => process.exit(0));
}
