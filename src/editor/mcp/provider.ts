import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { Account, Credentials } from "../account/account.ts";
import { mcpProviderId, mcpServerLabel, settingIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { injectsKey } from "../platform/settings.ts";
import { networkSettings } from "./networkSettings.ts";
import { serverCommand } from "./serverCommand.ts";
import { type Env, serverEnv } from "./serverEnv.ts";

/** Settings that may affect the server's environment. Changes of the base URL are reported by the account. */
const SERVER_SETTINGS = [settingIds.injectKey, "http"];

interface ProviderOptions {
  account: Account;
  context: vscode.ExtensionContext;
  userAgent: string;
  log: Log;
}

/** Describes the environment of a started server, without the key itself. */
interface StartedServer {
  digest: string;
  /** The id of the key in the environment: an account's key can be replaced. */
  keyId: string | undefined;
}

/**
 * Provides the bundled server to agent mode. The definition contains no secret and its environment never changes, because
 * VS Code's agent host writes it to files and starts servers without resolving it. If VS Code resolves it, the key is added.
 */
export function registerMcpProvider({ account, context, userAgent, log }: ProviderOptions): vscode.Disposable {
  const { extension } = context;
  const changed = new vscode.EventEmitter<void>();
  const version: string = extension.packageJSON.version;
  const { command, args } = serverCommand(context);
  let revision = 0;
  /** The last server that this window started. */
  let started: StartedServer | undefined;
  let checking: Promise<void> = Promise.resolve();

  /** Changes the definition's version if the environment changed: VS Code then restarts the server at its next use. */
  async function renewIfOutdated(): Promise<void> {
    const before = started;
    if (!before) return;
    const credentials = await account.credentials();
    if (before !== started || digestOf(environment(credentials)) === before.digest) return;
    revision += 1;
    changed.fire();
    // Stop the running server now: its environment contains a key that must no longer be there.
    if (before.keyId !== undefined && before.keyId !== injectedKeyId(environment(credentials), credentials))
      await vscode.commands.executeCommand("workbench.mcp.stopServer", `${extension.id}/${mcpServerLabel}`);
  }

  function check(): void {
    // Views show errors of the account.
    checking = checking.then(renewIfOutdated).catch((error) => log.warn(`The MCP server was not renewed: ${error}`));
  }

  return vscode.Disposable.from(
    changed,
    account.onDidChange(check),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (SERVER_SETTINGS.some((setting) => event.affectsConfiguration(setting))) check();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions() {
        const env = { ELECTRON_RUN_AS_NODE: "1", OPENROUTER_ADMIN_CHANNEL: "1" };
        return [new vscode.McpStdioServerDefinition(mcpServerLabel, command, args, env, `${version}+${revision}`)];
      },
      async resolveMcpServerDefinition(server: vscode.McpStdioServerDefinition) {
        const credentials = await credentialsOrAsk(account, userAgent);
        const env = environment(credentials);
        started = { digest: digestOf(env), keyId: injectedKeyId(env, credentials) };
        server.env = env;
        // The account may have been switched while the key was being read.
        check();
        return server;
      },
    }),
  );
}

/** Asks for a key once if there is no account. Without one, the server's tools explain what to do. */
async function credentialsOrAsk(account: Account, userAgent: string): Promise<Credentials | undefined> {
  const known = await account.credentials();
  if (known) return known;
  const { setKey } = await import("../account/setKey.ts");
  await setKey(account, userAgent);
  return account.credentials();
}

function environment(credentials: Credentials | undefined): Env {
  return serverEnv(injectsKey() ? credentials : undefined, networkSettings(), process.env);
}

function injectedKeyId(env: Env, credentials: Credentials | undefined): string | undefined {
  return env.OPENROUTER_PROVISIONING_KEY ? credentials?.keyId : undefined;
}

function digestOf(env: Env): string {
  return createHash("sha256").update(JSON.stringify(env)).digest("hex");
}
