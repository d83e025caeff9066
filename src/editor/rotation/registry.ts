import * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import type { KeyList, RowSource } from "../keys/keyList.ts";
import type { Log } from "../platform/log.ts";
import type { WindowPulse } from "../platform/windowPulse.ts";
import type { Node } from "../ui/node.ts";
import { type Accounts, matchAccount, rotationsOfAccount } from "./accountRecords.ts";
import { createRotationJournal, type RotationJournal } from "./journal/journal.ts";

/** The pending rotations: their rows in the Keys view, and what the rotation commands need. */
export interface Rotations extends RowSource, vscode.Disposable {
  readonly journal: RotationJournal;
  /** Reads the records and the list of accounts again, since other windows may have changed them. */
  reload(): Promise<void>;
  /** The rotations of an account, oldest first. */
  list(session: AccountSession): Rotation[];
  /** Compares a record's account with the session's. */
  matchAccount(account: string | undefined, session: AccountSession): ReturnType<typeof matchAccount>;
  /** Sets the account in the session's records that name none or a removed one. */
  assignAccount(session: AccountSession): Promise<void>;
  /** The rotation whose new key has this hash, as the argument of the rotation commands. */
  rotationOf(hash: string): { rotation: Rotation } | undefined;
  /** Returns a stamp for the records that this window works on. */
  ownerStamp(): Promise<NonNullable<Rotation["owner"]>>;
  /** Marks a rotation as running in this window. Call the returned function when its flow ends. */
  markRunning(id: string): () => void;
  /** True if something with this id was not offered yet in this window. */
  isFirstOffer(id: string): boolean;
  /** Lets a rotation be offered again. */
  offerAgain(id: string): void;
  /** True while a flow of this window is working on it. */
  isRunningHere(id: string): boolean;
  /** Selects a rotation's row in the Keys view. */
  reveal(keys: KeyList, id: string): Promise<void>;
}

interface RotationsOptions {
  sessions: AccountSessions;
  log: Log;
  /** Returns the ids of all accounts that are set up. */
  knownAccounts(): Promise<ReadonlySet<string>>;
  pulse: WindowPulse;
}

export function createRotations(
  { globalStorageUri }: vscode.ExtensionContext,
  { sessions, log, knownAccounts, pulse }: RotationsOptions,
): Rotations {
  const journal = createRotationJournal(globalStorageUri, pulse);
  const running = new Set<string>();
  /** Ids of what has been offered since the start. */
  const offered = new Set<string>();
  const changed = new vscode.EventEmitter<void>();
  let accountIds: ReadonlySet<string> | undefined;
  /** The ids of the rotations that another window was working on when the records were last read. */
  let elsewhere = "";

  const isRunningHere = (id: string) => running.has(id);
  const logError = (error: unknown) => log.error(`Rotations: ${error}`);
  const accountsFor = ({ id }: AccountSession): Accounts => ({ current: id, all: accountIds });
  const list = (session: AccountSession) =>
    rotationsOfAccount(journal.all(), accountsFor(session), session.data.keys.current);

  // Imported with the first rotation, not when the extension activates.
  const owners = () => import("./journal/owner.ts");

  async function rows(session: AccountSession): Promise<Node[]> {
    const records = list(session);
    if (records.length === 0) return [];
    const { rotationRows } = await import("./rows/rotationRows.ts");
    return rotationRows(records, { session, isRunningHere });
  }

  async function readAccounts(): Promise<void> {
    const next = await knownAccounts();
    const isSame = accountIds?.size === next.size && [...next].every((id) => accountIds?.has(id));
    accountIds = next;
    if (!isSame) changed.fire();
  }

  async function reload(): Promise<void> {
    // Without the list of accounts, a record that names another account counts as that account's.
    await Promise.all([journal.reload(), readAccounts().catch(logError)]);
    const before = elsewhere;
    const owned = journal.all().length > 0 ? journal.all().filter((await owners()).isOwnedElsewhere) : [];
    elsewhere = owned.map(({ id }) => id).join();
    // That a window was closed is in no record.
    if (elsewhere !== before) changed.fire();
  }

  /** Records the old keys' use as shown by the loaded keys, so that later sessions know it, too. */
  async function observeOldKeys(session: AccountSession | undefined): Promise<void> {
    const { current } = session?.data.keys ?? {};
    if (!session || !current?.complete) return;
    const records = list(session);
    if (records.length === 0) return;
    const { clientTime, isHandedOver, observeOldKey } = await import("../../openrouter/rotation/observe.ts");
    const readAt = clientTime(session.client, current.readAt);
    for (const record of records) {
      const old = current.value.keys.find(({ hash }) => hash === record.old.hash);
      if (!old || !isHandedOver(record)) continue;
      if (JSON.stringify(observeOldKey(record, old, readAt).record) === JSON.stringify(record)) continue;
      journal.update(record.id, (now) => observeOldKey(now, old, readAt).record).catch(logError);
    }
  }

  const listeners = [
    journal.onDidChange(() => changed.fire()),
    sessions.onDidChange(() => void readAccounts().catch(logError)),
    followData(
      sessions,
      ({ keys }) => [keys],
      (session) => void observeOldKeys(session).catch(logError),
    ),
  ];

  return {
    onDidChange: changed.event,
    rows,
    journal,
    reload,
    list,
    matchAccount: (account, session) => matchAccount(account, accountsFor(session)),
    async assignAccount(session) {
      for (const { id, account } of list(session)) {
        if (account === session.id) continue;
        await journal.update(id, (now) => (now.account === account ? { ...now, account: session.id } : now));
      }
    },
    rotationOf(hash) {
      // The secret is stored under the rotation's id until the new key is identified.
      const rotation = journal.all().find(({ id, new: created }) => created?.hash === hash || id === hash);
      return rotation && { rotation };
    },
    ownerStamp: async () => (await owners()).ownerStamp(await pulse.start()),
    markRunning(id) {
      running.add(id);
      changed.fire();
      return () => {
        running.delete(id);
        changed.fire();
      };
    },
    isRunningHere,
    isFirstOffer(id) {
      const isFirst = !offered.has(id);
      offered.add(id);
      return isFirst;
    },
    offerAgain(id) {
      for (const one of [id, `strays:${id}`]) offered.delete(one);
    },
    async reveal({ tree }, id) {
      const [group] = sessions.current ? await rows(sessions.current) : [];
      const row = group?.children?.().find((one) => one.id === `rotation:${id}`);
      if (row) await tree.reveal(row, { select: true, focus: false, expand: true });
    },
    dispose: () => vscode.Disposable.from(...listeners, journal, changed).dispose(),
  };
}
