import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import { MAX_ITEMS } from "../../../openrouter/safety/cures/record.ts";
import { formatCount } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { keyPickItems } from "../../keys/pickKey.ts";
import { displayLocale } from "../../platform/locale.ts";
import { keysText } from "../../ui/countTexts.ts";
import { pickMany } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";
import type { CureServices } from "./services.ts";

/** Keys that were read longer ago are read again before their requests are shown. */
const MAX_AGE_MS = 60_000;

/** A row of the Keys view or of findings: about one key, or about several. */
interface KeyRow {
  session?: AccountSession;
  key?: Key;
  keys?: readonly Key[];
}

/** The keys that a cure is for, each once and as last read. */
export interface CureTargets {
  session: AccountSession;
  keys: readonly Key[];
}

/**
 * Returns the keys of the selected rows, or of the row that the command was run on, else those that the user picks.
 * @throws Error if there are more than a run can have
 */
export async function targetsOf(
  { sessions, selectedRows }: CureServices,
  target: unknown,
  selection: unknown,
  title: string,
): Promise<CureTargets> {
  const rows = rowsOf(target, selection);
  const session = await sessions.for(rows.find(({ session }) => session));
  const given = rows.filter((row) => (row.session ?? session) === session).flatMap(keysOf);
  const keys = given.length > 0 ? given : await askForKeys(session, title, rowsOf(undefined, selectedRows()));
  // A key that differs from what is shown would be skipped later.
  await session.data.keys.ensureQuietly(MAX_AGE_MS);
  const current = new Map(session.data.keys.current?.value.keys.map((key) => [key.hash, key]));
  const unique = new Map(keys.map((key) => [key.hash, current.get(key.hash) ?? key]));
  if (unique.size > MAX_ITEMS)
    throw new Error(
      vscode.l10n.t(
        "{0} are too many at once. Select at most {1}.",
        keysText(unique.size),
        formatCount(MAX_ITEMS, displayLocale()),
      ),
    );
  return { session, keys: [...unique.values()] };
}

function rowsOf(target: unknown, selection: unknown): KeyRow[] {
  const rows = Array.isArray(selection) && selection.length > 0 ? selection : [target];
  return rows.filter((row): row is KeyRow => typeof row === "object" && row !== null);
}

const keysOf = ({ key, keys = [] }: KeyRow): readonly Key[] => (key ? [key] : keys);

/** Asks for keys; those of the rows that are selected in a view are checked. */
async function askForKeys(session: AccountSession, title: string, selected: readonly KeyRow[]): Promise<Key[]> {
  const checked = new Set(
    selected.flatMap((row) => (row.session === session ? keysOf(row) : [])).map(({ hash }) => hash),
  );
  const t = vscode.l10n.t;
  let placeholder = t("Select keys");
  for (;;) {
    const picked = await pickMany(
      { title, account: session },
      { items: keyPickItems(session), placeholder, checked: ({ hash }) => checked.has(hash) },
    );
    if (picked === BACK) throw new vscode.CancellationError();
    if (picked.length > 0) return picked;
    placeholder = t("Select at least one, or press Escape");
  }
}
