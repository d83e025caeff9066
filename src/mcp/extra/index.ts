// The implementations of the tools of the group `extra`: a chunk of its own, loaded with the first call of one of them.
export { queryAnalyticsText } from "./analytics.ts";
export { listProvidersText } from "./providers.ts";
export { listBudgetsText, listWorkspacesText } from "./workspaces.ts";
