// Rotating a key: plan, create, bind, hand over, watch, disable, delete. Each step is resumable from its journal record.
export { readOwn } from "./account.ts";
export { adopt, begin, identify, type OrphanChoice, recreate } from "./create.ts";
export { type Observation, observe, reminderDue } from "./observe.ts";
export * from "./plan.ts";
export { assess, type Finding, findOrphans } from "./recover.ts";
export { RefusedStepError } from "./refused.ts";
export {
  acknowledge,
  bind,
  close,
  deleteOld,
  deleteStray,
  disableOld,
  isCut,
  restoreDue,
  restoreLimit,
  rollBack,
  undoDisable,
} from "./run.ts";
export {
  type KeyRef,
  parseRotation,
  type Rotation,
  type RotationContext,
} from "./types.ts";
