import type * as vscode from "vscode";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { isUnidentified, type PendingSecret } from "../secrets/pendingSecret.ts";
import { type HandOverServices, offerPending } from "./handOverSecret.ts";

interface Services extends HandOverServices {
  sessions: AccountSessions;
}

/** Offers the secrets that an earlier window has left, once the account's keys are read. On a computer, rotations do this. */
export function offerEarlierSecrets(services: Services): vscode.Disposable {
  const { sessions, secrets, log } = services;
  const offered = new Set<string>();

  async function offer(session: AccountSession): Promise<void> {
    await secrets.ready;
    if (!secrets.list().some(isLeft)) return;
    await session.data.keys.ensure();
    const keys = session.data.keys.current;
    if (!keys?.complete || session.signal.aborted) return;
    const hashes = new Set(keys.value.keys.map(({ hash }) => hash));
    const isOwn = (secret: PendingSecret) =>
      hashes.has(secret.hash) || (isUnidentified(secret) && secret.account === session.id);
    await offerPending(services, (secret) => {
      if (!isLeft(secret) || !isOwn(secret) || offered.has(secret.hash)) return false;
      offered.add(secret.hash);
      return true;
    });
  }

  let last: AccountSession | undefined;
  return followData(
    sessions,
    ({ keys }) => [keys],
    (session) => {
      // Again after a failed read.
      if (!session || (session === last && session.data.keys.current?.complete !== true)) return;
      last = session;
      offer(session).catch((error: unknown) => log.error(`Secrets: ${error}`));
    },
  );
}

/** True for a secret that was stored before this window's extension host started. */
function isLeft({ state, since }: PendingSecret): boolean {
  return state === "waiting" && Date.parse(since) < performance.timeOrigin;
}
