import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { RotationServices } from "./services.ts";

/** Maps each rotation command to its flow. Flows are imported on first use, not when the extension activates. */
export function rotationCommands(services: RotationServices): NonNullable<Wing["commands"]> {
  const oldKey = () => import("./finish/oldKey.ts");

  return {
    [commandIds.rotateKey]: async (node) => (await import("./rotate/rotate.ts")).rotateKey(services, node),
    [commandIds.continueRotation]: async (node) =>
      (await import("./resume/continue.ts")).continueRotation(services, node),
    [commandIds.rollBackRotation]: async (node) =>
      (await import("./resume/rollBack.ts")).rollBackRotation(services, node),
    [commandIds.disableOldKey]: async (node) => (await oldKey()).disableOldKey(services, node),
    [commandIds.undoDisableOldKey]: async (node) => (await oldKey()).undoDisableOldKey(services, node),
    [commandIds.deleteOldKey]: async (node) => (await oldKey()).deleteOldKey(services, node),
    [commandIds.restoreRotatedLimit]: async (node) =>
      (await import("./finish/restoreLimit.ts")).restoreRotatedLimit(services, node),
    [commandIds.snoozeRotation]: async (node) => (await import("./finish/snooze.ts")).snoozeRotation(services, node),
    [commandIds.dismissRotation]: async (node) => (await import("./finish/dismiss.ts")).dismissRotation(services, node),
  };
}
