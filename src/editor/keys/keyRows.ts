import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { getLimitShare, type LimitShare } from "../../openrouter/keys/limitShare.ts";
import { formatExactMoney, formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import type { SessionBound } from "../account/session.ts";
import type { AccountData } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { limitText, resetText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";
import type { KeyLookups } from "./keyLookups.ts";
import type { KeySort } from "./keySorts.ts";
import { lastUseText, statusIcons, statusText } from "./keyText.ts";
import { limitUri } from "./limitDecoration.ts";
import { limitIcon } from "./limitMark.ts";
import { limitShareText, refusedText, rowText } from "./rowText.ts";

/** The row of a key. Commands read the key and its account from it. */
export interface KeyNode extends Node, SessionBound<AccountData> {
  readonly key: Key;
}

/** What a row shows besides the key's own fields. */
export interface KeyContext extends SessionBound<AccountData>, Pick<KeyLookups, "guardrail" | "member" | "workspace"> {
  /** Whether another key has the same name: "near" in the same workspace, "far" in another; undefined if none. */
  twinOf(key: Key): "near" | "far" | undefined;
  /** The state of the secret that VS Code stores: "kept" on request, or "waiting" to be handed over. */
  secretState(hash: string): "kept" | "waiting" | undefined;
  /** True if an agent changed the key during this session. */
  changedByAgent(hash: string): boolean;
  /** The sort order, whose figure the rows show. */
  sort: KeySort;
  /** When the keys were read. */
  readAt: Date;
  /** The first rows under a key, before those of its fields. */
  rowsBelow(key: KeyNode): Node[];
  /** Says when the key's own limit will be reached, if a forecast of the key was read; undefined if that isn't expected. */
  limitForecast(session: KeyContext["session"], key: Key): string | undefined;
}

const iconColors = { disabled: "disabledForeground", expired: "list.warningForeground" } as const;

export function keyRow(key: Key, context: KeyContext, parent?: Node): KeyNode {
  const status = getKeyStatus(key);
  const limit = getLimitShare(key, context.readAt);
  const [icon, iconColor] = status === "active" ? limitIcon(limit?.level) : [statusIcons[status], iconColors[status]];
  const label = keyName(key);
  const secretState = context.secretState(key.hash);
  const text = rowText(key, {
    name: label,
    label: context.twinOf(key) ? shortLabel(key.label) : undefined,
    isTwinNear: context.twinOf(key) === "near",
    sort: context.sort,
    limit,
    secretPending: secretState === "waiting",
    changedByAgent: context.changedByAgent(key.hash),
  });
  const node: KeyNode = {
    ...row({
      id: `key:${key.hash}`,
      label,
      description: text.description,
      icon,
      iconColor,
      parent,
      decoration: limit && limitUri(key.hash, limit),
      ariaLabel: text.ariaLabel,
      context: ["key", status, secretState].filter(Boolean).join(" "),
      // Its fields and tooltip name the guardrail and the creator.
      needsLookups: true,
      tooltip: () => tooltip(key, context, limit),
      children: () => [...context.rowsBelow(node), ...fieldRows(key, context).map((field) => fieldRow(field, node))],
    }),
    key,
    session: context.session,
  };
  return node;
}

interface Field {
  id: string;
  label: string;
  description: string;
  icon: string;
  /** Shown in the tooltip where the row's figure is rounded. */
  exact?: string;
  command?: vscode.Command;
}

function fieldRow({ exact, ...field }: Field, key: KeyNode): Node {
  return row({
    ...field,
    id: `${key.id}:${field.id}`,
    parent: key,
    tooltip: `${field.label}: ${exact ?? field.description}`,
  });
}

function fieldRows(key: Key, context: KeyContext): Field[] {
  const t = vscode.l10n.t;
  const spent = (id: string, label: string, usd: number | undefined, byok: number | undefined): Field => ({
    id,
    label,
    icon: "graph",
    description: withByok(usd, byok, dollars),
    exact: withByok(usd, byok, exactly),
  });
  const creator = key.creator_user_id;
  return [
    { id: "limit", label: t("Limit"), description: limitText(key.limit, key.limit_reset), icon: "dashboard" },
    ...(key.limit_remaining === null
      ? []
      : [
          {
            id: "remaining",
            label: t("Remaining"),
            icon: "credit-card",
            description: dollars(key.limit_remaining),
            exact: exactly(key.limit_remaining),
          },
        ]),
    spent("today", t("Today"), key.usage_daily, key.byok_usage_daily),
    spent("week", t("This Week"), key.usage_weekly, key.byok_usage_weekly),
    spent("month", t("This Month"), key.usage_monthly, key.byok_usage_monthly),
    spent("total", t("Total"), key.usage, key.byok_usage),
    { id: "used", label: t("Last Used"), description: lastUseText(key), icon: "pulse" },
    { id: "expires", label: t("Expires"), description: time(key.expires_at, t("never")), icon: "history" },
    { id: "guardrail", label: t("Guardrail"), description: context.guardrail(key), icon: "shield" },
    {
      id: "creator",
      label: t("Creator"),
      icon: "account",
      description: creator ? safeLabel(context.member(creator) ?? creator) : t("unknown"),
    },
    { id: "created", label: t("Created"), description: time(key.created_at, ""), icon: "calendar" },
    { id: "hash", label: t("Hash"), description: key.hash, icon: "symbol-key" },
  ];
}

/** Shows all fields: exact amounts in USD, times in local time and UTC. Names are rendered as text, never as Markdown. */
function tooltip(key: Key, context: KeyContext, limit: LimitShare | undefined): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const amount = (usd: number | undefined, byok: number | undefined) => withByok(usd, byok, exactly, true);
  const workspace = context.workspace(key.workspace_id);
  const forecast = context.limitForecast(context.session, key);
  const lines: [string, string][] = [
    [
      t("Status"),
      [statusText(getKeyStatus(key)), refusedText(limit, (at) => time(at.toISOString(), ""))]
        .filter(Boolean)
        .join(", "),
    ],
    [t("Label"), shortLabel(key.label)],
    ...(key.external_user ? [[t("External User"), key.external_user] as [string, string]] : []),
    ...(workspace ? [[t("Workspace"), workspace] as [string, string]] : []),
    [t("Limit"), key.limit === null ? t("no limit") : exactly(key.limit)],
    [t("Reset"), resetText(key.limit_reset)],
    ...(limit ? [[t("Share of Limit"), limitShareText(limit)] as [string, string]] : []),
    [t("Remaining"), key.limit_remaining === null ? t("no limit") : exactly(key.limit_remaining)],
    ...(forecast ? [[t("Forecast"), forecast] as [string, string]] : []),
    [t("BYOK counts against the limit"), yesNo(key.include_byok_in_limit)],
    [t("Today"), amount(key.usage_daily, key.byok_usage_daily)],
    [t("This Week"), amount(key.usage_weekly, key.byok_usage_weekly)],
    [t("This Month"), amount(key.usage_monthly, key.byok_usage_monthly)],
    [t("Total"), amount(key.usage, key.byok_usage)],
    [t("Last Used"), lastUseText(key)],
    [t("Expires"), time(key.expires_at, t("never"))],
    [t("Guardrail"), context.guardrail(key)],
    [
      t("Creator"),
      (key.creator_user_id && (context.member(key.creator_user_id) ?? key.creator_user_id)) || t("unknown"),
    ],
    [t("Created"), time(key.created_at, "")],
    [t("Updated"), time(key.updated_at, t("never"))],
  ];
  // Below the table, because table cells do not wrap a long word.
  return textTable(keyName(key), lines)
    .appendMarkdown("\n")
    .appendText(`${t("Hash")}: ${key.hash}`);
}

/** Formats credits and BYOK spend, USD. Leaves out BYOK if it is 0, unless `always` is set. */
function withByok(
  usd: number | undefined,
  byok: number | undefined,
  text: (usd: number) => string,
  always = false,
): string {
  const amount = (value: number | undefined) => (value === undefined ? vscode.l10n.t("unknown") : text(value));
  return amount(usd) + (byok === 0 && !always ? "" : ` + ${vscode.l10n.t("{0} BYOK", amount(byok))}`);
}

function yesNo(value: boolean | undefined): string {
  if (value === undefined) return vscode.l10n.t("unknown");
  return value ? vscode.l10n.t("yes") : vscode.l10n.t("no");
}

const dollars = (usd: number) => formatMoney(usd, displayLocale());
const exactly = (usd: number) => formatExactMoney(usd, displayLocale());
const time = (iso: string | null | undefined, none: string) => (iso ? formatMoment(iso, displayLocale()) : none);
