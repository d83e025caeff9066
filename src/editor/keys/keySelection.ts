import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getKeyStatus, isExpired } from "../../openrouter/keys/keyStatus.ts";
import { getLimitShare } from "../../openrouter/keys/limitShare.ts";
import { formatMoney, nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { changedByAgentText } from "../ui/changedByAgent.ts";
import { countText } from "../ui/countTexts.ts";
import { resetText } from "../ui/limitText.ts";
import { type KeyLookups, keyLookups } from "./keyLookups.ts";
import { findTwins, type HiddenCount, type KeyQuery, type Selection, selectKeys } from "./keyQuery.ts";
import type { KeyContext } from "./keyRows.ts";
import { createKeySearch, type KeySearch } from "./keySearch.ts";
import { spendText, statusText } from "./keyText.ts";
import { refusedText } from "./rowText.ts";
import { sortKeys } from "./sortKeys.ts";

const noKeys: readonly Key[] = [];

/** Filters and sorts the keys of an account for the Keys view. */
export interface KeySelection {
  select(session: AccountSession, query: KeyQuery): Selection;
  /** Returns what rows show besides the key's own fields. */
  context(session: AccountSession, query: KeyQuery): Omit<KeyContext, "rowsBelow" | "limitForecast">;
  /** Returns what the view says above its rows. */
  message(session: AccountSession, query: KeyQuery): string | undefined;
}

/** Creates a selection that sorts, searches and looks up names again only if what they depend on has changed. */
export function createKeySelection(secretState: KeyContext["secretState"]): KeySelection {
  const byName = memoized((keys: readonly Key[], locale: string) => {
    const order = nameComparator(locale);
    return keys.toSorted((a, b) => order(a.name, b.name) || (a.hash < b.hash ? -1 : 1));
  });
  const sorted = memoized(sortKeys);
  const twins = memoized((keys: readonly Key[]) => findTwins(keys, keyName));
  const lookups = memoized(keyLookups);
  const search = memoized((of: KeyLookups, readAt: Date, changedByAgents: ReadonlySet<string>) =>
    createSearch(of, readAt, secretState, changedByAgents),
  );

  const keysOf = ({ data }: AccountSession) => data.keys.current?.value.keys ?? noKeys;
  const readAtOf = ({ data }: AccountSession) => data.keys.current?.readAt ?? NEVER;
  const lookupsOf = ({ data: { keys, guardrails, members } }: AccountSession) =>
    lookups(keys.current?.value.workspaces, guardrails.current?.value, members.current?.value);

  function select(session: AccountSession, query: KeyQuery): Selection {
    const readAt = readAtOf(session);
    const ordered = sorted(byName(keysOf(session), displayLocale()), query.sort, readAt);
    return selectKeys(ordered, query, search(lookupsOf(session), readAt, session.data.changedByAgents));
  }

  return {
    select,
    context(session, { sort }) {
      // Read when they are shown: names may be loaded after the rows were drawn.
      const current = () => lookupsOf(session);
      return {
        guardrail: (key) => current().guardrail(key),
        member: (id) => current().member(id),
        workspace: (id) => current().workspace(id),
        session,
        sort,
        readAt: readAtOf(session),
        secretState,
        twinOf: twins(keysOf(session)),
        changedByAgent: (hash) => session.data.changedByAgents.has(hash),
      };
    },
    message: (session, query) => message(session, query, select(session, query)),
  };
}

const NEVER = new Date(0);

function createSearch(
  lookups: KeyLookups,
  readAt: Date,
  secretState: KeyContext["secretState"],
  changedByAgents: ReadonlySet<string>,
): KeySearch {
  const t = vscode.l10n.t;
  return createKeySearch({
    anywhere: (key) => [
      key.name,
      keyName(key),
      key.label,
      key.external_user ?? undefined,
      lookups.assignedGuardrail(key),
      lookups.workspace(key.workspace_id),
      key.creator_user_id ?? undefined,
      ...(key.creator_user_id ? lookups.creatorTexts(key.creator_user_id) : []),
    ],
    beginnings: (key) => [
      key.limit === null ? formatMoney(getKeyCost(key, "month"), displayLocale()) : spendText(key),
      key.limit === null ? t("no limit") : resetText(key.limit_reset),
      refusedText(getLimitShare(key, readAt), () => "") ?? "",
    ],
    changing: (key) => [
      secretState(key.hash) === "waiting" ? t("secret pending") : "",
      changedByAgents.has(key.hash) ? `${t("by agent")} ${changedByAgentText()}` : "",
    ],
    status(key) {
      const status = getKeyStatus(key);
      // A disabled key may be expired, too.
      const all = isExpired(key) ? new Set([status, "expired"] as const) : [status];
      return [...all].flatMap((one) => [one, statusText(one)]);
    },
  });
}

function message({ data }: AccountSession, query: KeyQuery, selection: Selection): string | undefined {
  const { visible, notMatching, hidden } = selection;
  const t = vscode.l10n.t;
  const { current } = data.keys;
  const all = current?.value.keys.length ?? 0;
  // A message would hide the welcome content.
  if (current?.complete && all === 0 && !current.value.unreadable) return undefined;
  const isHidden = hidden.disabled + hidden.expired > 0;
  const matching = visible.length - notMatching;
  const texts = [
    current?.complete === false && t("{0} keys so far…", countText(all)),
    current?.value.workspaces === undefined && t("Only the default workspace can be shown"),
    current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
    query.filter && matching === 0 && !isHidden && t("No key matches “{0}”.", safeLabel(query.filter)),
    query.filter &&
      (matching > 0 || isHidden) &&
      t("“{0}”: {1} of {2} keys", safeLabel(query.filter), countText(matching), countText(all)),
    query.filter && namesAreMissing(data) && t("Names of guardrails and creators couldn't be loaded to search them"),
    notMatching > 0 && t("Shown because just created or changed: {0}", countText(notMatching)),
    isHidden && t("Hidden: {0}", hiddenText(hidden)),
  ];
  return texts.filter(Boolean).join(" · ") || undefined;
}

/** True if a filter can't find what the guardrails and members would tell. */
function namesAreMissing({ guardrails, members }: AccountSession["data"]): boolean {
  return [guardrails, members].some(({ current, error }) => !current && error !== undefined);
}

/** Returns "12 disabled, 3 expired". */
export function hiddenText({ disabled, expired }: HiddenCount): string {
  const t = vscode.l10n.t;
  return [disabled > 0 && t("{0} disabled", countText(disabled)), expired > 0 && t("{0} expired", countText(expired))]
    .filter(Boolean)
    .join(", ");
}

/** Caches the result for the last arguments, since a redraw computes the same several times. */
function memoized<A extends unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | undefined;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: compute(...args) };
    return last.result;
  };
}
