export { remainingCredits } from "./account/credits.ts";
export { requireManagementKey } from "./account/managementKey.ts";
export { listAllGuardrails, listAllKeys, listAllWorkspaces, type Scope } from "./account/paging.ts";
export { isSampleAccount } from "./account/sampleKey.ts";
export { readWorkspaceBudgets, type WorkspaceBudgetsReading } from "./account/workspaceBudgets.ts";
export { type Difference, differences, differenceText } from "./differences.ts";
export * from "./endpoints/account.ts";
export { collectCounted } from "./endpoints/collect.ts";
export type { CreatedKey } from "./endpoints/createdKey.ts";
export { joinUnreadable, type Page, type Rows, type Unreadable } from "./endpoints/envelopes.ts";
export * from "./endpoints/guardrails.ts";
export * from "./endpoints/keys.ts";
export * from "./endpoints/models.ts";
export type { WriteOptions } from "./endpoints/readAgain.ts";
export * from "./endpoints/usage.ts";
export * from "./errors.ts";
export { defaultGuardrailOwner } from "./guardrails/defaultGuardrails.ts";
export { type DefaultGuardrailSearch, findDefaultGuardrail } from "./guardrails/findDefaultGuardrail.ts";
export * from "./guardrails/guardrailChanges.ts";
export {
  type DocumentProblem,
  guardrailDocumentSchema,
  parseGuardrailDocument,
} from "./guardrails/guardrailDocument.ts";
export { isHalfLimit, withWholeLimit } from "./guardrails/guardrailLimit.ts";
export type { Client, RequestOptions } from "./http/call.ts";
export { createClient } from "./http/client.ts";
export { checkTls, injectingVariables } from "./http/inherited.ts";
export { DEFAULT_BASE_URL } from "./http/origin.ts";
export { findCreatedKey } from "./keys/createdKeys.ts";
export { type Impact, keyImpact } from "./keys/impact.ts";
export { isExpired, type KeyStatus, keyStatus, lastUse, resets, spentOfLimit } from "./keys/keyFacts.ts";
export { getOverview, type Overview, todayTable } from "./overview.ts";
export { managementKeysPage } from "./pages.ts";
export type * from "./schemas.ts";
export { type ActivityByKey, activityByKey, tableFromActivity, totals } from "./spend/byKey.ts";
export { getPeriods, type Periods } from "./spend/periods.ts";
export { getToday, type Today } from "./spend/today.ts";
export { dropFloatNoise, groupBy, utcDay } from "./text/figures.ts";
export { excerpt, oneLine, printable } from "./text/printable.ts";
export { createRedactor, redact, shortLabel } from "./text/redact.ts";
