import * as vscode from "vscode";
import type { App } from "../app.ts";

const HOUR_MS = 3_600_000;

/**
 * Looks after what earlier sessions left: at the start, once an account's keys are read, every hour, and when another
 * window may have gone on. Where there is neither a rotation nor a waiting secret it costs the reading of two folders.
 */
export function watchRotations(app: App): vscode.Disposable {
  const { rotations, data, connection, held, log } = app;
  const told = new Set<string>();
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    await Promise.all([rotations.journal.reload(), held.ready]);
    const waiting = held.list().some(({ state }) => state === "waiting");
    if (rotations.journal.all().length === 0 && !waiting) return;
    await data.keys.ensure(HOUR_MS);
    if (!data.keys.current?.complete) return;
    const { lookAfter } = await import("./lookAfter.ts");
    await lookAfter(app, told);
  }

  const failed = (error: unknown) => log.error(`Rotations: ${error}`);
  function soon(): void {
    looking = looking.then(look).catch(failed);
  }

  // The keys of the account in use, once they are there: the first time after the start and after a change of account.
  let wanted = true;
  const listeners = [
    connection.onDidChange(() => {
      wanted = true;
      soon();
    }),
    data.keys.onDidChange(() => {
      if (!wanted || !data.keys.current?.complete) return;
      wanted = false;
      soon();
    }),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) rotations.journal.reload().catch(failed);
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
