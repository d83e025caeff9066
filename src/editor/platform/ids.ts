/** Maps each name to the id that consists of our prefix and the name: a third of the bytes of writing it out. */
const prefixed = <const Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, `openrouterAdmin.${name}`])) as {
    readonly [N in Name]: `openrouterAdmin.${N}`;
  };

/** All ids shared with package.json; test/unit/ids.test.ts checks that both match. */
export const commandIds = {
  ...prefixed(
    "setKey",
    "removeKey",
    "exploreSample",
    "switchAccount",
    "addAccount",
    "renameAccount",
    "removeAccount",
    "startMcpServer",
    "turnOffWrites",
    "setUpClient",
    "showAgentChanges",
    "askAgent",
    "askAgentAboutSpend",
    "explainSpend",
    "openLog",
    "addCredits",
    "openActivity",
    "compareModels",
    "manageAlerts",

    "refresh",
    "refreshActivity",
    "refreshKeys",
    "refreshGuardrails",
    "refreshMembers",

    "createKey",
    "filterKeys",
    "clearKeyFilter",
    "cancelFilter",
    "sortKeys",
    "showMoreKeys",
    "showDisabledKeys",
    "hideDisabledKeys",
    "disableKey",
    "enableKey",
    "editKeyLimit",
    "renameKey",
    "changeKeyReset",
    "assignGuardrailToKey",
    "showKeyLimits",
    "copyKeyHash",
    "copyKeyName",
    "deleteKey",
    "handOverSecret",
    "copyKeptSecret",
    "forgetKeptSecret",

    "rotateKey",
    "continueRotation",
    "rollBackRotation",
    "disableOldKey",
    "undoDisableOldKey",
    "deleteOldKey",
    "restoreRotatedLimit",
    "snoozeRotation",
    "dismissRotation",

    "createGuardrail",
    "filterGuardrails",
    "clearGuardrailFilter",
    "editGuardrailLimit",
    "pickGuardrailModels",
    "pickGuardrailProviders",
    "assignGuardrailKeys",
    "unassignGuardrailKeys",
    "assignGuardrailMembers",
    "unassignGuardrailMembers",
    "editGuardrailJson",
    "deleteGuardrail",
    "setWorkspaceBudget",
    "removeWorkspaceBudget",

    "refreshSafety",
    "filterSafety",
    "clearSafetyFilter",
    "showMoreFindings",
    "showKey",
    "addSafetyException",
    "openPolicy",
    "exportFindings",
    "copyOwnerList",
    "resumeCures",
    "undoCures",

    "filterMembers",
    "clearMemberFilter",
    "assignGuardrailToMember",
    "copyMemberEmail",

    "rotateFoundKey",
    "disableFoundKey",
    "markFalseAlarm",
    "findLeaks",
    "askAboutLeaks",
    "rotateLeakedKey",
    "disableLeakedKey",
    "markLeakFalseAlarm",
    "openLeak",
    "clearLeaks",
    "explainHistory",
    "openManagementKeys",
  ),
  cureSetLimit: "openrouterAdmin.cure.setLimit",
  cureDisable: "openrouterAdmin.cure.disable",
  cureReplace: "openrouterAdmin.cure.replace",
  cureAssignGuardrail: "openrouterAdmin.cure.assignGuardrail",
  cureDelete: "openrouterAdmin.cure.delete",
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = prefixed("credits", "spend", "keys", "guardrails", "safety", "members", "leaks");
export type ViewId = (typeof viewIds)[keyof typeof viewIds];
export const webviewPanelType = "openrouterAdmin.activityPanel";
export const limitsPanelType = "openrouterAdmin.limitsPanel";
export const viewContainerId = "openrouterAdmin";
export const walkthroughId = "getStarted";

export const settingIds = {
  allowWriteTools: "openrouterAdmin.allowWriteTools",
  askForGraveWrites: "openrouterAdmin.mcp.askForGraveWrites",
  injectKey: "openrouterAdmin.mcp.injectKey",
  showNewSecrets: "openrouterAdmin.mcp.showNewSecrets",
  mcpTools: "openrouterAdmin.mcp.tools",
  baseUrl: "openrouterAdmin.baseUrl",
  refreshInterval: "openrouterAdmin.refreshInterval",
  statusBar: "openrouterAdmin.statusBar",
  rotationName: "openrouterAdmin.rotation.name",
  rotationFiles: "openrouterAdmin.rotation.files",
  safetyPolicy: "openrouterAdmin.safety.policy",
  leakProblems: "openrouterAdmin.leaks.problems",
  leaksOnSave: "openrouterAdmin.leaks.onSave",
  leaksBeforeCommit: "openrouterAdmin.leaks.beforeCommit",
  alertsCreditsBelow: "openrouterAdmin.alerts.creditsBelow",
  alertsCreditsDays: "openrouterAdmin.alerts.creditsDays",
  alertsBudgetPercent: "openrouterAdmin.alerts.budgetPercent",
  alertsDayAboveUsual: "openrouterAdmin.alerts.dayAboveUsual",
  alertsMonthAbove: "openrouterAdmin.alerts.monthAbove",
} as const;

/** Context keys for `when` clauses. */
export const contextKeys = prefixed(
  /** The state of the Credits view, which is also the state of the connection. */
  "state",
  /** The same while the Credits view is visible, else "loading": other views needn't repeat what it says. */
  "saidState",
  "keysState",
  "guardrailsState",
  "safetyState",
  "membersState",
  "account",
  /** The number of the user's own accounts, also of those whose keys are missing. */
  "accounts",
  /** True if the account belongs to an organization. */
  "organization",
  "keysFiltered",
  "guardrailsFiltered",
  "safetyFiltered",
  "membersFiltered",
  "disabledKeysShown",
  /** True once leaked keys were searched for in this window. */
  "leaksSearched",
  /** True if the last search found any. */
  "leaksFound",
  /** True while the box is open in which a view's filter is typed. */
  "filtering",
  /** True if agents may write, with or without confirmation. */
  "agentsMayWrite",
  /** True in VS Code in a browser without a remote, which has no programs and files. */
  "web",
);
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];
/** States of a view without a response of OpenRouter: for an unknown reason, or because of the proxy or a certificate. */
export const unreachableStates = ["offline", "proxy", "proxyCredentials", "certificate"] as const;
/** States of a view that has nothing to show because the last request failed. */
export const failedStates = [
  ...unreachableStates,
  "wrongKey",
  /** The base URL of the settings is refused. */
  "baseUrl",
  "rateLimited",
  "serverError",
  /** Any other reason; the log has the details. */
  "error",
] as const;
/** States of a view that is ready, but has no rows: the account has none, the view hides all of them, or can't draw them. */
const rowlessStates = ["empty", "hidden", "notDrawn"] as const;
export const viewStates = ["signedOut", "loading", "ready", ...rowlessStates, ...failedStates] as const;
export type ViewState = (typeof viewStates)[number];
/** Colors that this extension contributes. */
export const colorIds = {
  /** Rows whose figures couldn't be refreshed: dimmed, and readable on the sidebar in each kind of theme. */
  stale: "openrouterAdmin.staleForeground",
} as const;
export const accountSources = ["signedOut", "stored", "environment", "sample"] as const;
export type AccountSource = (typeof accountSources)[number];

export const secretIds = {
  /** The list of accounts. */
  profiles: "openrouterAdmin.profiles",
  /** Prefix of an account's id: stores its Provisioning (Management) key. */
  keyPrefix: "openrouterAdmin.accountKey.",
  /** The list of version 1, which kept one account; windows of that version still read and change it. */
  oldAccounts: "openrouterAdmin.accounts",
  /** Prefix of an account's id in version 1. */
  oldKeyPrefix: "openrouterAdmin.key.",
  /** The single key of version 0, before accounts had ids. */
  legacyKey: "openrouterAdmin.provisioningKey",
  /** Prefix of a key's hash: stores its secret until it is handed over. */
  heldPrefix: "openrouterAdmin.held.",
} as const;
export const stateIds = {
  sampleChosen: "openrouterAdmin.sampleChosen",
  keySort: "openrouterAdmin.keySort",
  /** The states that unsaved guardrail documents are based on; see `BaseStore`. */
  guardrailBases: "openrouterAdmin.guardrailBases",
} as const;

export const mcpProviderId = "openrouterAdmin.mcp";
export const mcpServerLabel = "OpenRouter Admin";
