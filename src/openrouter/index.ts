export { getRemainingCredits } from "./account/credits.ts";
export {
  type GuardrailLists,
  listAllMembers,
  listGuardrailsAndAssignments,
} from "./account/guardrailLists.ts";
export {
  collectWorkspaces,
  type ListCoverage,
  listAllGuardrails,
  listAllKeys,
  listAllWorkspaces,
} from "./account/listAll.ts";
export { checkManagementKey, requireManagementKey } from "./account/managementKey.ts";
export { isSampleAccount } from "./account/sampleKey.ts";
export { readWorkspaceBudgets, type WorkspaceBudgetsResult } from "./account/workspaceBudgets.ts";
export { isSameAccount, type KnownWorkspaces, knownWorkspaces, readWorkspaceIds } from "./account/workspaceIds.ts";
export * from "./endpoints/account.ts";
export { collectCounted } from "./endpoints/collect.ts";
export type { CreatedKey } from "./endpoints/createdKey.ts";
export { joinUnreadable, type Page, type Rows, type Unreadable } from "./endpoints/envelopes.ts";
export * from "./endpoints/guardrails.ts";
export * from "./endpoints/keys.ts";
export * from "./endpoints/models.ts";
export type { WriteOptions } from "./endpoints/readBack.ts";
export * from "./endpoints/usage.ts";
export * from "./endpoints/workspaceBudgets.ts";
export * from "./errors.ts";
export { type Difference, findDifferences, formatDifference } from "./findDifferences.ts";
export { findBudget } from "./guardrails/budgetOrder.ts";
export { findOwnerOfDefault } from "./guardrails/defaultGuardrails.ts";
export { type DefaultGuardrailSearch, findDefaultGuardrail } from "./guardrails/findDefaultGuardrail.ts";
export * from "./guardrails/guardrailChanges.ts";
export {
  type DocumentProblem,
  guardrailDocumentSchema,
  parseGuardrailDocument,
} from "./guardrails/guardrailDocument.ts";
export { completeLimit, hasIncompleteLimit } from "./guardrails/guardrailLimit.ts";
export { readGuardrail } from "./guardrails/readGuardrail.ts";
export type { Client, RequestOptions } from "./http/call.ts";
export { createClient, loadTransport } from "./http/client.ts";
export { DEFAULT_BASE_URL } from "./http/origin.ts";
export { checkTls, unsafeVariables } from "./http/unsafeEnvironment.ts";
export { findCreatedKey } from "./keys/findCreatedKey.ts";
export { getKeyImpact, type KeyImpact } from "./keys/impact.ts";
export { getKeyStatus, getLastUse, getLimitUsage, isExpired, type KeyStatus, resetPeriods } from "./keys/keyStatus.ts";
export { managementKeysUrl } from "./links.ts";
export { getOverview, type Overview, toTodayTable } from "./overview.ts";
export type * from "./schemas.ts";
export { type ActivityByKey, activityByKey, tableFromActivity, totals } from "./spend/byKey.ts";
export { getPeriods, type Periods } from "./spend/periods.ts";
export { getToday, type Today } from "./spend/today.ts";
export { dropFloatNoise, groupBy, utcDay } from "./text/figures.ts";
export { excerpt, oneLine, printable } from "./text/printable.ts";
export { createRedactor, redact, shortLabel } from "./text/redact.ts";
