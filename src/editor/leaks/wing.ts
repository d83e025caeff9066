import { logError } from "../platform/logError.ts";
import type { Wing } from "../platform/wing.ts";
import { leakCommandIds } from "./commandNames.ts";
import type { LeaksView } from "./leaksView.ts";
import type { LeakServices } from "./services.ts";

/** Provides the Leaked Keys view, which is created after the activation, and its commands. */
export function createLeaksWing(services: LeakServices): Wing {
  let view: Promise<LeaksView> | undefined;
  const open = () => (view ??= import("./leaksView.ts").then(({ createLeaksView }) => createLeaksView(services)));
  const timer = setImmediate(() => open().catch((error: unknown) => logError(services.log, "Leaks", error)));
  return {
    commands: Object.fromEntries(
      leakCommandIds.map((id) => [id, async (target?: unknown) => (await open()).run(id, target)]),
    ),
    disposables: [
      {
        dispose() {
          clearImmediate(timer);
          void view?.then((created) => created.dispose()).catch(() => {});
        },
      },
    ],
  };
}
