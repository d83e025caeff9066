import { commandIds } from "../platform/ids.ts";

/** The commands of the Leaked Keys view; `app.ts` has their handlers. */
export const leakCommandIds = [
  commandIds.findLeaks,
  commandIds.askAboutLeaks,
  commandIds.rotateLeakedKey,
  commandIds.disableLeakedKey,
  commandIds.markLeakFalseAlarm,
  commandIds.openLeak,
  commandIds.clearLeaks,
  commandIds.explainHistory,
  commandIds.openManagementKeys,
] as const;
export type LeakCommand = (typeof leakCommandIds)[number];
