import type { Wing } from "../platform/wing.ts";
import { rotationCommands } from "./commands.ts";
import type { RotationServices } from "./services.ts";
import { watchRotations } from "./watch/watch.ts";

/** Rotating keys. Its rows stand above the keys, so that the registry is made before their view. */
export function createRotationWing(services: RotationServices): Wing {
  return { commands: rotationCommands(services), disposables: [watchRotations(services)] };
}
