import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatExactMoney, formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import type { SessionBound } from "../account/session.ts";
import type { AccountData } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { changedByAgentText } from "../ui/changedByAgent.ts";
import { limitText, resetText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";
import { lastUseText, spendText, statusSuffix, statusText } from "./keyText.ts";

/** The row of a key. Commands read the key and its account from it. */
export interface KeyNode extends Node, SessionBound<AccountData> {
  readonly key: Key;
}

/** Looks up what a row shows besides the key's own fields. Unknown values are undefined. */
export interface KeyContext extends SessionBound<AccountData> {
  /** The guardrail's name, or the text for "none", "workspace default" or "unknown". */
  guardrail(key: Key): string;
  member(id: string): string | undefined;
  workspace(id: string | null | undefined): string | undefined;
  /** True if another key of the workspace has the same name. */
  hasDuplicateName(key: Key): boolean;
  /** The state of the secret that VS Code stores: "kept" on request, or "waiting" to be handed over. */
  secretState(hash: string): "kept" | "waiting" | undefined;
  /** True if an agent changed the key during this session. */
  changedByAgent(hash: string): boolean;
}

const icons: Record<KeyStatus, [icon: string, color?: string]> = {
  active: ["key"],
  disabled: ["circle-slash", "disabledForeground"],
  expired: ["history", "list.warningForeground"],
};

export function keyRow(key: Key, context: KeyContext, parent?: Node): KeyNode {
  const status = getKeyStatus(key);
  const [icon, iconColor] = icons[status];
  const label = keyName(key);
  const duplicateLabel = context.hasDuplicateName(key) ? shortLabel(key.label) : "";
  const secretState = context.secretState(key.hash);
  const pending = secretState === "waiting" ? vscode.l10n.t("secret pending") : "";
  const byAgent = context.changedByAgent(key.hash);
  const agent = byAgent ? vscode.l10n.t("by agent") : "";
  const description = [duplicateLabel, pending, agent, spendText(key)].filter(Boolean).join(" · ") + statusSuffix(key);
  const node: KeyNode = {
    ...row({
      id: `key:${key.hash}`,
      label,
      description,
      icon,
      iconColor,
      parent,
      ariaLabel: [label, duplicateLabel, pending, byAgent && changedByAgentText(), statusText(status), spendText(key)]
        .filter(Boolean)
        .join(", "),
      context: ["key", status, secretState].filter(Boolean).join(" "),
      // Its fields and tooltip name the guardrail and the creator.
      needsLookups: true,
      tooltip: () => tooltip(key, context),
      children: () => fieldRows(key, context).map((field) => fieldRow(field, node)),
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
function tooltip(key: Key, context: KeyContext): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const amount = (usd: number | undefined, byok: number | undefined) => withByok(usd, byok, exactly, true);
  const workspace = context.workspace(key.workspace_id);
  const lines: [string, string][] = [
    [t("Status"), statusText(getKeyStatus(key))],
    [t("Label"), shortLabel(key.label)],
    ...(key.external_user ? [[t("External User"), key.external_user] as [string, string]] : []),
    ...(workspace ? [[t("Workspace"), workspace] as [string, string]] : []),
    [t("Limit"), key.limit === null ? t("no limit") : exactly(key.limit)],
    [t("Reset"), resetText(key.limit_reset)],
    [t("Remaining"), key.limit_remaining === null ? t("no limit") : exactly(key.limit_remaining)],
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
