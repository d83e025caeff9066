import { commandIds } from "../platform/ids.ts";

/** The commands of the Key Safety view; `commands.ts` has their handlers. */
export const safetyCommandIds = [
  commandIds.refreshSafety,
  commandIds.filterSafety,
  commandIds.clearSafetyFilter,
  commandIds.showMoreFindings,
  commandIds.showKey,
  commandIds.addSafetyException,
  commandIds.openPolicy,
  commandIds.exportFindings,
  commandIds.copyOwnerList,
] as const;
export type SafetyCommand = (typeof safetyCommandIds)[number];
