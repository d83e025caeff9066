import * as vscode from "vscode";
import { HOUR_MS } from "../../../openrouter/time.ts";
import { followData } from "../../data/followData.ts";
import type { RotationServices } from "../services.ts";

/**
 * Reconciles what earlier sessions left with the account: at the start, once an account's keys are read, every hour, and
 * when another window may have gone on. Where there is neither a rotation nor a waiting secret it costs the reading of
 * two folders.
 */
export function watchRotations(services: RotationServices): vscode.Disposable {
  const { sessions, registry, secrets, log } = services;
  const offered = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  async function reconcile(): Promise<void> {
    await Promise.all([registry.reload(), secrets.ready]);
    const waiting = secrets.list().some(({ state }) => state === "waiting");
    if (registry.journal.all().length === 0 && !waiting) return;
    // What fails is shown in the views.
    const session = await sessions.open().catch(() => undefined);
    await session?.data.keys.ensure(HOUR_MS);
    if (!session?.data.keys.current?.complete) return;
    const { reconcileRotations } = await import("./reconcile.ts");
    await reconcileRotations(services, session, offered);
  }

  const failed = (error: unknown) => log.error(`Rotations: ${error}`);
  function soon(): void {
    last = last.then(reconcile).catch(failed);
  }

  let current = sessions.current;
  let isReconciled = false;
  const listeners = [
    followData(
      sessions,
      ({ keys }) => [keys],
      (session) => {
        // A session that could not begin is not tried again before the next hour.
        const isNew = session !== current || sessions.state === "loading";
        current = session;
        if (isNew) isReconciled = false;
        const isRead = session?.data.keys.current?.complete === true;
        if (!isNew && (!isRead || isReconciled)) return;
        isReconciled = isRead;
        soon();
      },
    ),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) registry.reload().catch(failed);
    }),
  ];
  const timer = setInterval(soon, HOUR_MS);
  soon();
  return {
    dispose() {
      clearInterval(timer);
      vscode.Disposable.from(...listeners).dispose();
    },
  };
}
