// The commands of rotations, loaded when the first of them is run.
export { dismissRotation, snoozeRotation } from "./later.ts";
export { restoreRotatedLimit } from "./limit.ts";
export { deleteOldKey, disableOldKey, undoDisableOldKey } from "./oldKey.ts";
export { continueRotation } from "./resume.ts";
export { rollBackRotation } from "./rollBack.ts";
export { rotateKey } from "./rotate.ts";
