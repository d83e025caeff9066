import type { Wing } from "../platform/wing.ts";
import { type SafetyCommand, safetyCommandIds } from "./commandNames.ts";
import { createSafetyView, type SafetyView } from "./safetyView.ts";
import type { SafetySources } from "./sources.ts";

/** Creates the Key Safety view and its commands, which are loaded with the first of them. */
export function createSafetyWing(sources: SafetySources): Wing & { view: SafetyView } {
  const view = createSafetyView(sources);
  const commands = async () => (await import("./commands.ts")).safetyCommands({ ...sources, view });
  const run = (id: SafetyCommand) => async (target?: unknown, selection?: unknown) =>
    (await commands())[id](target, selection);
  return {
    commands: Object.fromEntries(safetyCommandIds.map((id) => [id, run(id)])),
    view,
    views: [view],
    disposables: [view],
  };
}
