import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatExactMoney, formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import type { SessionBound } from "../account/session.ts";
import type { AccountData } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { changedByAgentText } from "../ui/changedByAgent.ts";
import { limitText, resetText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";
import { lastUseText, spendText, statusSuffix, statusText } from "./keyText.ts";

/** A row that stands for a key: commands take their key, and its account, from it. */
export interface KeyNode extends Node, SessionBound<AccountData> {
  readonly key: Key;
}

/** What a row tells of a key beyond its own fields, as far as it is known. */
export interface KeyContext extends SessionBound<AccountData> {
  /** Its name, or that there is none, or that it is not known. */
  guardrail(key: Key): string;
  member(id: string): string | undefined;
  workspace(id: string | null | undefined): string | undefined;
  /** Whether another key has the same name. */
  hasDuplicateName(key: Key): boolean;
  /** Whether VS Code holds its secret: for good, or until it is handed over. */
  held(hash: string): "kept" | "waiting" | undefined;
  /** Whether an agent changed it during this session. */
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
  const twin = context.hasDuplicateName(key) ? shortLabel(key.label) : "";
  const held = context.held(key.hash);
  const waits = held === "waiting" ? vscode.l10n.t("secret waits") : "";
  const byAgent = context.changedByAgent(key.hash);
  const agent = byAgent ? vscode.l10n.t("by agent") : "";
  const figure = [twin, waits, agent, spendText(key)].filter(Boolean).join(" · ") + statusSuffix(key);
  const node: KeyNode = {
    ...row({
      id: `key:${key.hash}`,
      label,
      figure,
      icon,
      iconColor,
      parent,
      spoken: [label, twin, waits, byAgent && changedByAgentText(), statusText(status), spendText(key)]
        .filter(Boolean)
        .join(", "),
      context: ["key", status, held].filter(Boolean).join(" "),
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
  figure: string;
  icon: string;
  /** Where the row shows less than there is. */
  exact?: string;
  command?: vscode.Command;
}

function fieldRow({ exact, ...field }: Field, key: KeyNode): Node {
  return row({
    ...field,
    id: `${key.id}:${field.id}`,
    parent: key,
    tooltip: `${field.label}: ${exact ?? field.figure}`,
  });
}

function fieldRows(key: Key, context: KeyContext): Field[] {
  const t = vscode.l10n.t;
  const spent = (id: string, label: string, usd: number | undefined, byok: number | undefined): Field => ({
    id,
    label,
    icon: "graph",
    figure: withByok(usd, byok, dollars),
    exact: withByok(usd, byok, exactly),
  });
  const creator = key.creator_user_id;
  return [
    { id: "limit", label: t("Limit"), figure: limitText(key.limit, key.limit_reset), icon: "dashboard" },
    ...(key.limit_remaining === null
      ? []
      : [
          {
            id: "remaining",
            label: t("Remaining"),
            icon: "credit-card",
            figure: dollars(key.limit_remaining),
            exact: exactly(key.limit_remaining),
          },
        ]),
    spent("today", t("Today"), key.usage_daily, key.byok_usage_daily),
    spent("week", t("This Week"), key.usage_weekly, key.byok_usage_weekly),
    spent("month", t("This Month"), key.usage_monthly, key.byok_usage_monthly),
    spent("total", t("Total"), key.usage, key.byok_usage),
    { id: "used", label: t("Last Used"), figure: lastUseText(key), icon: "pulse" },
    { id: "expires", label: t("Expires"), figure: time(key.expires_at, t("never")), icon: "history" },
    { id: "guardrail", label: t("Guardrail"), figure: context.guardrail(key), icon: "shield" },
    {
      id: "creator",
      label: t("Creator"),
      icon: "account",
      figure: creator ? safeLabel(context.member(creator) ?? creator) : t("unknown"),
    },
    { id: "created", label: t("Created"), figure: time(key.created_at, ""), icon: "calendar" },
    { id: "hash", label: t("Hash"), figure: key.hash, icon: "symbol-key" },
  ];
}

/** Every field: amounts exactly and in USD, times here and in UTC. Names are text, never Markdown. */
function tooltip(key: Key, context: KeyContext): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const amount = (usd: number | undefined, byok: number | undefined) => withByok(usd, byok, exactly, true);
  const workspace = context.workspace(key.workspace_id);
  const lines: [string, string][] = [
    [t("State"), statusText(getKeyStatus(key))],
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
  // Below the table, where a word that is too long for its line is broken.
  return textTable(keyName(key), lines)
    .appendMarkdown("\n")
    .appendText(`${t("Hash")}: ${key.hash}`);
}

/** Credits and BYOK spend, USD; without BYOK only the credits, unless `always` says both. */
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

const dollars = (usd: number) => formatMoney(usd, vscode.env.language);
const exactly = (usd: number) => formatExactMoney(usd, vscode.env.language);
const time = (iso: string | null | undefined, none: string) => (iso ? formatMoment(iso, vscode.env.language) : none);
