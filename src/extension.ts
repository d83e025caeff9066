import type { ExtensionContext } from "vscode";
import { createAccount } from "./editor/account.ts";
import { createActivity } from "./editor/activity/activity.ts";
import { watchAgentWrites } from "./editor/agentWrites.ts";
import type { App } from "./editor/app.ts";
import { registerCommands } from "./editor/commands/register.ts";
import { commandTable } from "./editor/commands/table.ts";
import { createConnection } from "./editor/connection.ts";
import { createAccountData } from "./editor/data/accountData.ts";
import { registerGuardrailDocuments } from "./editor/guardrails/documents.ts";
import { createGuardrailsView } from "./editor/guardrails/guardrailsView.ts";
import { createKeysView } from "./editor/keys/keysView.ts";
import { createLog } from "./editor/log.ts";
import { registerMcpProvider } from "./editor/mcpProvider.ts";
import { startRefreshTimer } from "./editor/refreshTimer.ts";
import { createRotations } from "./editor/rotation/rotations.ts";
import { createHeldSecrets } from "./editor/secrets/heldSecrets.ts";
import { createStatusBar } from "./editor/statusBar.ts";
import { createCreditsView } from "./editor/views/credits.ts";
import { createMembersView } from "./editor/views/members.ts";
import { registerStaleDecoration } from "./editor/views/stale.ts";

/** The table of contents. */
export function activate(context: ExtensionContext): void {
  const { version } = context.extension.packageJSON;
  const log = createLog();
  const account = createAccount(context);
  const connection = createConnection(account, version);
  const data = createAccountData(connection, log);
  const held = createHeldSecrets(context);
  const rotations = createRotations(context, data, log);
  const views = {
    credits: createCreditsView(connection, data),
    keys: createKeysView({ connection, data, held, rotations, memory: context.globalState }),
    guardrails: createGuardrailsView(connection, data),
    members: createMembersView(connection, data),
  };
  const activity = createActivity(context, () => app);
  const app: App = { context, version, log, account, connection, data, held, rotations, activity, views };

  context.subscriptions.push(
    ...[log, account, connection, data, held, rotations, activity, ...Object.values(views)],
    createStatusBar(connection, data),
    startRefreshTimer(data, views, activity),
    registerStaleDecoration(),
    registerMcpProvider(account, context),
    watchAgentWrites(context, data, views),
    registerCommands(log, commandTable(app)),
    registerGuardrailDocuments(app),
  );
  rotations.start(app);
}
