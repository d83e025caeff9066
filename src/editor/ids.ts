/** Every id shared with package.json; test/unit/ids.test.ts holds the two to each other. */
export const commandIds = {
  setKey: "openrouterAdmin.setKey",
  removeKey: "openrouterAdmin.removeKey",
  exploreSample: "openrouterAdmin.exploreSample",
  startMcpServer: "openrouterAdmin.startMcpServer",
  refresh: "openrouterAdmin.refresh",
  openLog: "openrouterAdmin.openLog",
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = { credits: "openrouterAdmin.credits" } as const;
export const viewContainerId = "openrouterAdmin";

export const settingIds = {
  allowWriteTools: "openrouterAdmin.allowWriteTools",
  baseUrl: "openrouterAdmin.baseUrl",
} as const;

/** Context keys for `when` clauses, with the values they take. */
export const contextKeys = { state: "openrouterAdmin.state", account: "openrouterAdmin.account" } as const;
export const connectionStates = ["signedOut", "loading", "ready", "offline", "wrongKey", "error"] as const;
export type ConnectionState = (typeof connectionStates)[number];
export const accountSources = ["signedOut", "stored", "environment", "sample"] as const;
export type AccountSource = (typeof accountSources)[number];

export const secretIds = { key: "openrouterAdmin.provisioningKey" } as const;
export const stateIds = { sampleChosen: "openrouterAdmin.sampleChosen" } as const;

export const mcpProviderId = "openrouterAdmin.mcp";
export const mcpServerLabel = "OpenRouter Admin";

export const managementKeysPage = "https://openrouter.ai/settings/management-keys";
