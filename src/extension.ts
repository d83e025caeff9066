import type { ExtensionContext } from "vscode";
import { createAccount } from "./editor/account.ts";
import { exploreSample } from "./editor/commands/exploreSample.ts";
import { registerCommands } from "./editor/commands/register.ts";
import { removeKey } from "./editor/commands/removeKey.ts";
import { setKeyCommand } from "./editor/commands/setKey.ts";
import { startMcpServer } from "./editor/commands/startMcpServer.ts";
import { createConnection } from "./editor/connection.ts";
import { commandIds } from "./editor/ids.ts";
import { createLog } from "./editor/log.ts";
import { registerMcpProvider } from "./editor/mcpProvider.ts";
import { createCreditsView } from "./editor/views/credits.ts";

/** The table of contents. */
export function activate(context: ExtensionContext): void {
  const { extension } = context;
  const { version } = extension.packageJSON;
  const log = createLog();
  const account = createAccount(context);
  const connection = createConnection(account, version);
  const credits = createCreditsView(connection, log);

  context.subscriptions.push(
    log,
    account,
    connection,
    credits,
    registerMcpProvider(account, extension),
    registerCommands(log, {
      [commandIds.setKey]: () => setKeyCommand(account, version),
      [commandIds.removeKey]: () => removeKey(account),
      [commandIds.exploreSample]: () => exploreSample(account),
      [commandIds.startMcpServer]: () => startMcpServer(account, extension, log),
      [commandIds.refresh]: () => credits.refresh(),
      [commandIds.openLog]: () => log.show(),
    }),
  );
}
