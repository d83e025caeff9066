// Rotates a key: plan, create, assign the guardrail, hand over, watch, disable, delete. The journal makes each step resumable.

export { assessRotation, type Finding, findOrphans } from "./assess.ts";
export { adoptNewKey, beginRotation, identifyNewKey, type OrphanChoice, recreateKey } from "./create.ts";
export { isHandedOver, isReminderDue, type Observation, observeOldKey } from "./observe.ts";
export * from "./plan.ts";
export {
  type ExistingKey,
  type KeyRef,
  parseRotation,
  type Rotation,
  type RotationContext,
} from "./record.ts";
export { RefusedStepError } from "./refusedStepError.ts";
export { readRotationKey } from "./rotationKeys.ts";
export {
  acknowledgeSecret,
  bindGuardrail,
  closeRotation,
  deleteOld,
  deleteStrayKey,
  disableOld,
  enableOld,
  hasReducedLimit,
  isRestoreDue,
  restoreLimit,
  rollBack,
} from "./steps.ts";
