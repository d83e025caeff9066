import type { ExtensionContext } from "vscode";
import { createAccount } from "./editor/account/account.ts";
import { createConnection } from "./editor/account/connection.ts";
import { createActivity } from "./editor/activity/activityPanel.ts";
import type { App } from "./editor/app.ts";
import { startRefreshTimer } from "./editor/commands/refreshTimer.ts";
import { commandTable } from "./editor/commands/table.ts";
import { createCreditsView } from "./editor/credits/creditsView.ts";
import { createStatusBar } from "./editor/credits/statusBar.ts";
import { createAccountData } from "./editor/data/accountData.ts";
import { registerGuardrailDocuments } from "./editor/guardrails/document/documents.ts";
import { createGuardrailsView } from "./editor/guardrails/guardrailsView.ts";
import { createKeysView } from "./editor/keys/keysView.ts";
import { watchAgentWrites } from "./editor/mcp/agentWrites.ts";
import { registerMcpProvider } from "./editor/mcp/provider.ts";
import { createMembersView } from "./editor/members/membersView.ts";
import { createLog } from "./editor/platform/log.ts";
import { registerCommands } from "./editor/platform/register.ts";
import { createRotations } from "./editor/rotation/registry.ts";
import { createHeldSecrets } from "./editor/secrets/heldSecrets.ts";
import { registerStaleDecoration } from "./editor/ui/stale.ts";

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
