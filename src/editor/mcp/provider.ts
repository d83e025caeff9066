import * as vscode from "vscode";
import type { Account, Credentials } from "../account/account.ts";
import { mcpProviderId, mcpServerLabel, settingIds } from "../platform/ids.ts";
import { injectKey } from "../platform/settings.ts";
import { type NetworkSettings, serverEnv } from "./serverEnv.ts";

/** Settings whose change makes a running server's environment one of yesterday. The base URL comes with the account's change. */
const SERVER_SETTINGS = [
  settingIds.injectKey,
  "http.proxy",
  "http.proxySupport",
  "http.noProxy",
  "http.systemCertificates",
];

/**
 * Offers the bundled server to agent mode. The definition holds no secret and its environment never changes: VS Code's
 * agent host writes it into files and starts servers from it alone. Where VS Code resolves it, the key is added.
 */
export function registerMcpProvider(
  account: Account,
  context: vscode.ExtensionContext,
  userAgent: string,
): vscode.Disposable {
  const { extension } = context;
  const changed = new vscode.EventEmitter<void>();
  const version: string = extension.packageJSON.version;
  const script = vscode.Uri.joinPath(extension.extensionUri, "dist", "server.js").fsPath;
  let revision = 0;

  /** Another version of the definition: VS Code replaces a running server when its tools are next used. */
  function renew(): void {
    revision += 1;
    changed.fire();
  }

  return vscode.Disposable.from(
    changed,
    account.onDidChange(renew),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (SERVER_SETTINGS.some((setting) => event.affectsConfiguration(setting))) renew();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions() {
        const env = { ELECTRON_RUN_AS_NODE: "1", OPENROUTER_ADMIN_CHANNEL: "1" };
        return [
          new vscode.McpStdioServerDefinition(
            mcpServerLabel,
            process.execPath,
            [script],
            env,
            `${version}+${revision}`,
          ),
        ];
      },
      async resolveMcpServerDefinition(server: vscode.McpStdioServerDefinition) {
        const { key, baseUrl } = await credentialsOrAsk(account, userAgent);
        server.env = serverEnv({ key: injectKey() ? key : undefined, baseUrl }, networkSettings(), process.env);
        return server;
      },
    }),
  );
}

async function credentialsOrAsk(account: Account, userAgent: string): Promise<Credentials> {
  const known = await account.credentials();
  if (known) return known;
  const { setKey } = await import("../account/setKey.ts");
  await setKey(account, userAgent);
  const given = await account.credentials();
  if (given) return given;
  throw new Error(
    vscode.l10n.t(
      "The OpenRouter Admin MCP server needs a key: run “OpenRouter Admin: Set Key”, or explore with a sample account.",
    ),
  );
}

function networkSettings(): NetworkSettings {
  const http = vscode.workspace.getConfiguration("http");
  return {
    proxy: http.get("proxy"),
    proxySupport: http.get("proxySupport"),
    noProxy: http.get("noProxy"),
    systemCertificates: http.get("systemCertificates"),
  };
}
