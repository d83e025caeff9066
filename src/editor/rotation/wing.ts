import type { Wing } from "../platform/wing.ts";
import { rotationCommands } from "./commands.ts";
import type { RotationServices } from "./services.ts";
import { watchRotations } from "./watch/watch.ts";

/** Creates the rotation commands. The Keys view shows the rotations, so the registry is created before that view. */
export function createRotationWing(services: RotationServices): Wing {
  return { commands: rotationCommands(services), disposables: [watchRotations(services)] };
}
