import type { ExtensionContext } from "vscode";
import { createAccount } from "./editor/account/account.ts";
import { createSessions, userAgentOf } from "./editor/account/session.ts";
import { createAccountWing } from "./editor/account/wing.ts";
import { createActivityWing } from "./editor/activity/wing.ts";
import { createAgentsWing } from "./editor/agents/wing.ts";
import { createAlertsWing } from "./editor/alerts/wing.ts";
import { createClientsWing } from "./editor/clients/wing.ts";
import { startWings } from "./editor/commands/wing.ts";
import { createCreditsWing } from "./editor/credits/wing.ts";
import { createAccountData } from "./editor/data/accountData.ts";
import { rememberWorkspaces } from "./editor/data/rememberWorkspaces.ts";
import { createResourceHost } from "./editor/data/resourceHost.ts";
import { createGuardrailsWing } from "./editor/guardrails/wing.ts";
import { createKeysWing } from "./editor/keys/wing.ts";
import { createLeakChecks } from "./editor/leaks/live/wing.ts";
import { createLeaksWing } from "./editor/leaks/wing.ts";
import { createMcpWing } from "./editor/mcp/wing.ts";
import { createMembersWing } from "./editor/members/wing.ts";
import { createLog } from "./editor/platform/log.ts";
import { createWindowPulse } from "./editor/platform/windowPulse.ts";
import type { Wing } from "./editor/platform/wing.ts";
import { createRotations } from "./editor/rotation/registry.ts";
import { createRotationWing } from "./editor/rotation/wing.ts";
import { createCuresWing } from "./editor/safety/cures/wing.ts";
import { createKeyLimitRows } from "./editor/safety/limits/keyLimitRows.ts";
import { createLimitsWing } from "./editor/safety/limits/limitsWing.ts";
import { createSafetyWing } from "./editor/safety/wing.ts";
import { createPendingSecrets } from "./editor/secrets/pendingSecrets.ts";
import { registerStaleDecoration } from "./editor/ui/staleDecoration.ts";

let settled: (() => Promise<void>) | undefined;

/** Waits until writes in progress are answered and recorded. VS Code allows this a few seconds. */
export const deactivate = (): Promise<void> | undefined => settled?.();

/** Creates and starts all wings. To add a view, add its wing and one line here. */
export function activate(context: ExtensionContext): void {
  const log = createLog();
  const userAgent = userAgentOf(context.extension.packageJSON.version);
  const account = createAccount(context);
  const host = createResourceHost(log);
  const sessions = createSessions(account, userAgent, (one) => createAccountData(one, host), log);
  const pulse = createWindowPulse(context);
  const secrets = createPendingSecrets(context, pulse);
  const registry = createRotations(context, { sessions, log, knownAccounts: account.knownAccountIds, pulse });
  const rotationOf = registry.rotationOf;

  const rowsBelow = createKeyLimitRows();
  const aroundKeys = { rowsAbove: registry, rowsBelow };
  const keys = createKeysWing({ sessions, log, secrets, rotationOf, ...aroundKeys, memory: context.globalState });
  const guardrails = createGuardrailsWing({ sessions, log, keys: keys.list, memory: context.workspaceState });
  const lists = { keys: keys.list, guardrails: guardrails.list };
  const agents = createAgentsWing({ sessions, secrets, log, context, rotations: registry, ...lists });
  const rotation = { sessions, log, secrets, keys: keys.list, registry };
  const safety = createSafetyWing({ sessions, log, keys: keys.list, rotations: registry });
  const leakChecks = createLeakChecks({ sessions, log, account });
  const wings: Wing[] = [
    createAccountWing(account, userAgent),
    createMcpWing(context, { account, sessions, userAgent, log, listening: agents.listening }),
    createClientsWing(context, log),
    createCreditsWing(sessions),
    keys,
    guardrails,
    createMembersWing(sessions),
    createRotationWing(rotation),
    safety,
    createCuresWing(context, rotation, safety.view),
    createLimitsWing(context.extensionUri, { sessions, log, ...lists }),
    leakChecks,
    createLeaksWing({ sessions, log, account, userAgent, baselines: leakChecks.baselines }),
    createActivityWing(context.extensionUri, { sessions, log }),
    createAlertsWing(context, { sessions, log }),
    agents,
  ];

  settled = agents.settled;
  context.subscriptions.push(
    log,
    account,
    sessions,
    pulse,
    secrets,
    registry,
    rowsBelow,
    registerStaleDecoration(),
    rememberWorkspaces(sessions, account),
  );
  context.subscriptions.push(...startWings({ sessions, log }, wings));
}
