import { commandIds } from "../../platform/ids.ts";
import { logError } from "../../platform/logError.ts";
import type { Wing } from "../../platform/wing.ts";
import type { Baselines } from "./baselines.ts";
import type { Live } from "./live.ts";
import type { LiveServices } from "./services.ts";

/** Starts the checks of what is open, saved and staged after activation, when their code is loaded. */
export function createLeakChecks(services: LiveServices): Wing & { baselines(): Promise<Baselines> } {
  let isDisposed = false;
  let started: Promise<Live> | undefined;
  const start = async () => (await import("./live.ts")).startLive(services);
  const running = () => {
    started ??= start().catch((error: unknown) => {
      // The next command tries again.
      started = undefined;
      throw error;
    });
    return started;
  };
  setImmediate(() => {
    if (!isDisposed) running().catch((error: unknown) => logError(services.log, "Leaks", error));
  });
  const context = async () => (await running()).context;
  const fixes = () => import("./fixes.ts");
  return {
    baselines: async () => (await context()).baselines,
    commands: {
      [commandIds.rotateFoundKey]: async (target) => (await fixes()).rotateFoundKey(await context(), target),
      [commandIds.disableFoundKey]: async (target) => (await fixes()).disableFoundKey(await context(), target),
      [commandIds.markFalseAlarm]: async (target) => (await fixes()).markFalseAlarm(await context(), target),
    },
    disposables: [
      {
        dispose() {
          isDisposed = true;
          void started?.then(
            (live) => live.dispose(),
            () => {},
          );
        },
      },
    ],
  };
}
