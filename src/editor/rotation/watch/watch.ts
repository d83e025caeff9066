import * as vscode from "vscode";
import { HOUR_MS } from "../../../openrouter/time.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { followData } from "../../data/followData.ts";
import type { RotationServices } from "../services.ts";

/** How soon to look again at a rotation that another window is working on. */
const RECHECK_MS = 3_000;

/**
 * Reconciles what earlier sessions left with the account: at the start, when an account's keys have been read, and every
 * hour. Reads the records again when the window gets the focus. Without rotations and pending secrets, it only reads two
 * folders.
 */
export function watchRotations(services: RotationServices): vscode.Disposable {
  const { sessions, registry, secrets, log } = services;
  let last: Promise<void> = Promise.resolve();
  let recheck: NodeJS.Timeout | undefined;

  async function reconcile(): Promise<void> {
    await Promise.all([registry.reload(), secrets.ready]);
    const hasPending = secrets.list().some(({ state }) => state === "waiting");
    if (registry.journal.all().length === 0 && !hasPending) return;
    // The views show the error.
    const session = await sessions.open().catch(() => undefined);
    await session?.data.keys.ensure(HOUR_MS);
    if (!session?.data.keys.current?.complete) return;
    const { reconcileRotations } = await import("./reconcile.ts");
    await reconcileRotations(services, session);
    await watchOthers(session);
  }

  /** Reconciles again when another window ends its work, or is closed without doing so: then nothing tells us. */
  async function watchOthers(session: AccountSession): Promise<void> {
    const { workOfOthers } = await import("./reconcile.ts");
    const before = workOfOthers(services, session);
    clearTimeout(recheck);
    if (before === "") return;
    const check = async () => {
      await registry.journal.reload();
      if (workOfOthers(services, session) === before) await watchOthers(session);
      else schedule();
    };
    recheck = setTimeout(() => void check().catch(logError), RECHECK_MS);
  }

  const logError = (error: unknown) => log.error(`Rotations: ${error}`);
  function schedule(): void {
    last = last.then(reconcile).catch(logError);
  }

  let current = sessions.current;
  let isReconciled = false;
  const listeners = [
    followData(
      sessions,
      ({ keys }) => [keys],
      (session) => {
        // A session that failed to start is tried again within the hour.
        const isNew = session !== current || sessions.state === "loading";
        current = session;
        if (isNew) isReconciled = false;
        const isComplete = session?.data.keys.current?.complete === true;
        if (!isNew && (!isComplete || isReconciled)) return;
        isReconciled = isComplete;
        schedule();
      },
    ),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) registry.reload().catch(logError);
    }),
  ];
  const timer = setInterval(schedule, HOUR_MS);
  schedule();
  return {
    dispose() {
      clearInterval(timer);
      clearTimeout(recheck);
      vscode.Disposable.from(...listeners).dispose();
    },
  };
}
