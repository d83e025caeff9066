/** All ids shared with package.json; test/unit/ids.test.ts checks that both match. */
export const commandIds = {
  setKey: "openrouterAdmin.setKey",
  removeKey: "openrouterAdmin.removeKey",
  exploreSample: "openrouterAdmin.exploreSample",
  switchAccount: "openrouterAdmin.switchAccount",
  addAccount: "openrouterAdmin.addAccount",
  renameAccount: "openrouterAdmin.renameAccount",
  removeAccount: "openrouterAdmin.removeAccount",
  startMcpServer: "openrouterAdmin.startMcpServer",
  turnOffWrites: "openrouterAdmin.turnOffWrites",
  setUpClient: "openrouterAdmin.setUpClient",
  showAgentChanges: "openrouterAdmin.showAgentChanges",
  askAgent: "openrouterAdmin.askAgent",
  askAgentAboutSpend: "openrouterAdmin.askAgentAboutSpend",
  openLog: "openrouterAdmin.openLog",
  addCredits: "openrouterAdmin.addCredits",
  openActivity: "openrouterAdmin.openActivity",

  refresh: "openrouterAdmin.refresh",
  refreshActivity: "openrouterAdmin.refreshActivity",
  refreshKeys: "openrouterAdmin.refreshKeys",
  refreshGuardrails: "openrouterAdmin.refreshGuardrails",
  refreshMembers: "openrouterAdmin.refreshMembers",

  createKey: "openrouterAdmin.createKey",
  filterKeys: "openrouterAdmin.filterKeys",
  clearKeyFilter: "openrouterAdmin.clearKeyFilter",
  cancelFilter: "openrouterAdmin.cancelFilter",
  sortKeys: "openrouterAdmin.sortKeys",
  showMoreKeys: "openrouterAdmin.showMoreKeys",
  showDisabledKeys: "openrouterAdmin.showDisabledKeys",
  hideDisabledKeys: "openrouterAdmin.hideDisabledKeys",
  disableKey: "openrouterAdmin.disableKey",
  enableKey: "openrouterAdmin.enableKey",
  editKeyLimit: "openrouterAdmin.editKeyLimit",
  renameKey: "openrouterAdmin.renameKey",
  changeKeyReset: "openrouterAdmin.changeKeyReset",
  assignGuardrailToKey: "openrouterAdmin.assignGuardrailToKey",
  showKeyLimits: "openrouterAdmin.showKeyLimits",
  copyKeyHash: "openrouterAdmin.copyKeyHash",
  copyKeyName: "openrouterAdmin.copyKeyName",
  deleteKey: "openrouterAdmin.deleteKey",
  handOverSecret: "openrouterAdmin.handOverSecret",
  copyKeptSecret: "openrouterAdmin.copyKeptSecret",
  forgetKeptSecret: "openrouterAdmin.forgetKeptSecret",

  rotateKey: "openrouterAdmin.rotateKey",
  continueRotation: "openrouterAdmin.continueRotation",
  rollBackRotation: "openrouterAdmin.rollBackRotation",
  disableOldKey: "openrouterAdmin.disableOldKey",
  undoDisableOldKey: "openrouterAdmin.undoDisableOldKey",
  deleteOldKey: "openrouterAdmin.deleteOldKey",
  restoreRotatedLimit: "openrouterAdmin.restoreRotatedLimit",
  snoozeRotation: "openrouterAdmin.snoozeRotation",
  dismissRotation: "openrouterAdmin.dismissRotation",

  createGuardrail: "openrouterAdmin.createGuardrail",
  filterGuardrails: "openrouterAdmin.filterGuardrails",
  clearGuardrailFilter: "openrouterAdmin.clearGuardrailFilter",
  editGuardrailLimit: "openrouterAdmin.editGuardrailLimit",
  pickGuardrailModels: "openrouterAdmin.pickGuardrailModels",
  pickGuardrailProviders: "openrouterAdmin.pickGuardrailProviders",
  assignGuardrailKeys: "openrouterAdmin.assignGuardrailKeys",
  unassignGuardrailKeys: "openrouterAdmin.unassignGuardrailKeys",
  assignGuardrailMembers: "openrouterAdmin.assignGuardrailMembers",
  unassignGuardrailMembers: "openrouterAdmin.unassignGuardrailMembers",
  editGuardrailJson: "openrouterAdmin.editGuardrailJson",
  deleteGuardrail: "openrouterAdmin.deleteGuardrail",
  setWorkspaceBudget: "openrouterAdmin.setWorkspaceBudget",
  removeWorkspaceBudget: "openrouterAdmin.removeWorkspaceBudget",

  refreshSafety: "openrouterAdmin.refreshSafety",
  filterSafety: "openrouterAdmin.filterSafety",
  clearSafetyFilter: "openrouterAdmin.clearSafetyFilter",
  showMoreFindings: "openrouterAdmin.showMoreFindings",
  showKey: "openrouterAdmin.showKey",
  addSafetyException: "openrouterAdmin.addSafetyException",
  openPolicy: "openrouterAdmin.openPolicy",
  exportFindings: "openrouterAdmin.exportFindings",
  copyOwnerList: "openrouterAdmin.copyOwnerList",
  cureSetLimit: "openrouterAdmin.cure.setLimit",
  cureDisable: "openrouterAdmin.cure.disable",
  cureReplace: "openrouterAdmin.cure.replace",
  cureAssignGuardrail: "openrouterAdmin.cure.assignGuardrail",
  cureDelete: "openrouterAdmin.cure.delete",
  resumeCures: "openrouterAdmin.resumeCures",
  undoCures: "openrouterAdmin.undoCures",

  filterMembers: "openrouterAdmin.filterMembers",
  clearMemberFilter: "openrouterAdmin.clearMemberFilter",
  assignGuardrailToMember: "openrouterAdmin.assignGuardrailToMember",
  copyMemberEmail: "openrouterAdmin.copyMemberEmail",

  rotateFoundKey: "openrouterAdmin.rotateFoundKey",
  disableFoundKey: "openrouterAdmin.disableFoundKey",
  markFalseAlarm: "openrouterAdmin.markFalseAlarm",
  findLeaks: "openrouterAdmin.findLeaks",
  askAboutLeaks: "openrouterAdmin.askAboutLeaks",
  rotateLeakedKey: "openrouterAdmin.rotateLeakedKey",
  disableLeakedKey: "openrouterAdmin.disableLeakedKey",
  markLeakFalseAlarm: "openrouterAdmin.markLeakFalseAlarm",
  openLeak: "openrouterAdmin.openLeak",
  clearLeaks: "openrouterAdmin.clearLeaks",
  explainHistory: "openrouterAdmin.explainHistory",
  openManagementKeys: "openrouterAdmin.openManagementKeys",
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = {
  credits: "openrouterAdmin.credits",
  spend: "openrouterAdmin.spend",
  keys: "openrouterAdmin.keys",
  guardrails: "openrouterAdmin.guardrails",
  safety: "openrouterAdmin.safety",
  members: "openrouterAdmin.members",
  leaks: "openrouterAdmin.leaks",
} as const;
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
} as const;

/** Context keys for `when` clauses. */
export const contextKeys = {
  /** The state of the Credits view, which is also the state of the connection. */
  state: "openrouterAdmin.state",
  /** The same while the Credits view is visible, else "loading": other views needn't repeat what it says. */
  saidState: "openrouterAdmin.saidState",
  keysState: "openrouterAdmin.keysState",
  guardrailsState: "openrouterAdmin.guardrailsState",
  safetyState: "openrouterAdmin.safetyState",
  membersState: "openrouterAdmin.membersState",
  account: "openrouterAdmin.account",
  /** The number of the user's own accounts, also of those whose keys are missing. */
  accounts: "openrouterAdmin.accounts",
  /** True if the account belongs to an organization. */
  organization: "openrouterAdmin.organization",
  keysFiltered: "openrouterAdmin.keysFiltered",
  guardrailsFiltered: "openrouterAdmin.guardrailsFiltered",
  safetyFiltered: "openrouterAdmin.safetyFiltered",
  membersFiltered: "openrouterAdmin.membersFiltered",
  disabledKeysShown: "openrouterAdmin.disabledKeysShown",
  /** True once leaked keys were searched for in this window. */
  leaksSearched: "openrouterAdmin.leaksSearched",
  /** True if the last search found any. */
  leaksFound: "openrouterAdmin.leaksFound",
  /** True while the box is open in which a view's filter is typed. */
  filtering: "openrouterAdmin.filtering",
  /** True if agents may write, with or without confirmation. */
  agentsMayWrite: "openrouterAdmin.agentsMayWrite",
  /** True in VS Code in a browser without a remote, which has no programs and files. */
  web: "openrouterAdmin.web",
} as const;
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
