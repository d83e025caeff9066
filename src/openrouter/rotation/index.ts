// Rotating a key: plan, create, bind, hand over, watch, disable, delete. Each step is resumable from its journal record.
export { RefusedStepError, readOwn } from "./account.ts";
export { adopt, begin, type OrphanChoice, type RotationContext, recreate } from "./create.ts";
export { type Observation, observe, reminderDue } from "./observe.ts";
export * from "./plan.ts";
export { assess, type Finding, findOrphans } from "./recover.ts";
export {
  acknowledge,
  bind,
  close,
  deleteOld,
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
} from "./types.ts";
