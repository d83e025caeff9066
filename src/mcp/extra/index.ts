// The implementations of the tools of the group `extra`: a chunk of its own, loaded with the first call of one of them.

export { mayUseText } from "../safety/keyMayUse.ts";
export { auditKeysText } from "../safety/keysAudit.ts";
export { queryAnalyticsText } from "./analytics.ts";
export { explainChangeResult } from "./explainChange.ts";
export { forecastText } from "./forecast.ts";
export { listProvidersText } from "./providers.ts";
export { whatIfText } from "./whatIf.ts";
export { listBudgetsText, listWorkspacesText } from "./workspaces.ts";
