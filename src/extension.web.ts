import type { ExtensionContext } from "vscode";
import { createAccount } from "./editor/account/account.ts";
import { createSessions, userAgentOf } from "./editor/account/session.ts";
import { createAccountWing } from "./editor/account/wing.ts";
import { createActivityWing } from "./editor/activity/wing.ts";
import { createAlertsWing } from "./editor/alerts/wing.ts";
import { createDesktopOnlyWing } from "./editor/commands/desktopOnly.web.ts";
import { startWings } from "./editor/commands/wing.ts";
import { createCreditsWing } from "./editor/credits/wing.ts";
import { createAccountData } from "./editor/data/accountData.ts";
import { rememberWorkspaces } from "./editor/data/rememberWorkspaces.ts";
import { createResourceHost } from "./editor/data/resourceHost.ts";
import { createGuardrailsWing } from "./editor/guardrails/wing.ts";
import { offerEarlierSecrets } from "./editor/keys/earlierSecrets.web.ts";
import { createKeysWing } from "./editor/keys/wing.ts";
import { createMembersWing } from "./editor/members/wing.ts";
import { createLog } from "./editor/platform/log.ts";
import type { Wing } from "./editor/platform/wing.ts";
import { createKeyLimitRows } from "./editor/safety/limits/keyLimitRows.ts";
import { createLimitsWing } from "./editor/safety/limits/limitsWing.ts";
import { createSafetyWing } from "./editor/safety/wing.ts";
import { createPendingSecrets } from "./editor/secrets/pendingSecrets.ts";
import { registerStaleDecoration } from "./editor/ui/staleDecoration.ts";

/** No rotations: their records are files of this computer. */
const noRotations = {
  rotationOf: () => undefined,
  rowsAbove: { onDidChange: () => ({ dispose() {} }), rows: async () => [] },
  rotations: { onDidChange: () => ({ dispose() {} }), list: () => undefined },
};

/** Creates and starts the wings that need neither programs nor files, in VS Code in a browser. */
export function activate(context: ExtensionContext): void {
  const log = createLog();
  const userAgent = userAgentOf(context.extension.packageJSON.version);
  const account = createAccount(context);
  const host = createResourceHost(log);
  const sessions = createSessions(account, userAgent, (one) => createAccountData(one, host), log);
  const secrets = createPendingSecrets(context);

  const rowsBelow = createKeyLimitRows();
  const keys = createKeysWing({ sessions, log, secrets, ...noRotations, rowsBelow, memory: context.globalState });
  const guardrails = createGuardrailsWing({ sessions, log, keys: keys.list, memory: context.workspaceState });
  const wings: Wing[] = [
    createAccountWing(account, userAgent),
    createCreditsWing(sessions),
    keys,
    guardrails,
    createMembersWing(sessions),
    createSafetyWing({ sessions, log, keys: keys.list, rotations: noRotations.rotations }),
    createLimitsWing(context.extensionUri, { sessions, log, keys: keys.list, guardrails: guardrails.list }),
    createActivityWing(context.extensionUri, { sessions, log }),
    createAlertsWing(context, { sessions, log }),
  ];

  context.subscriptions.push(log, account, sessions, secrets, rowsBelow, registerStaleDecoration());
  context.subscriptions.push(rememberWorkspaces(sessions, account));
  context.subscriptions.push(offerEarlierSecrets({ sessions, log, secrets, rotationOf: noRotations.rotationOf }));
  context.subscriptions.push(...startWings({ sessions, log }, [...wings, createDesktopOnlyWing(wings)]));
}
