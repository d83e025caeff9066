import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { type RuleSummary, summarizeByRule } from "../../openrouter/safety/audit.ts";
import { type Finding, getLifetimeSpend, isSafeToRemove } from "../../openrouter/safety/findings.ts";
import type { RuleId, Severity } from "../../openrouter/safety/policy.ts";
import { formatCount, formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import type { SessionBound } from "../account/session.ts";
import type { AccountData, AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { findTwins } from "../keys/keyQuery.ts";
import { lastUseText, statusIcons, statusText } from "../keys/keyText.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { keysText } from "../ui/countTexts.ts";
import { limitText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";
import type { Audited } from "./audits.ts";
import { type FindingsFilter, filterAudit, ownerName } from "./filter.ts";
import { notListedRow, policyRow, problemRow } from "./policyRows.ts";
import { atRiskText, figureText, ruleText, ruleTitle, severityText, untilText } from "./text.ts";

/** The row of a finding. Commands read the finding, its key and its account from it. */
export interface FindingNode extends Node, SessionBound<AccountData> {
  readonly finding: Finding;
  readonly key: Key;
}

interface FindingRowsOptions {
  audited: Audited;
  filter: FindingsFilter;
  /** The number of rows to show in a group. */
  visibleRows(groupId: string): number;
}

export const severityIcons: Record<Severity, [icon: string, color: string]> = {
  severe: ["error", "list.errorForeground"],
  warning: ["warning", "list.warningForeground"],
  info: ["info", "foreground"],
};
/** The size of a batch of rows, as in the Keys view. */
export const BATCH_SIZE = 200;
const EXCEPTED = "excepted";

const money = (usd: number) => formatMoney(usd, displayLocale());
const number = (value: number) => formatCount(value, displayLocale());

/** Creates the rows of the Key Safety view: findings by rule, the most severe ones first, then what else to know. */
export function findingRows(session: AccountSession, options: FindingRowsOptions): Node[] {
  const { audited, filter, visibleRows } = options;
  const audit = filterAudit(audited.audit, filter);
  const context = createContext(session);
  const byRule = Map.groupBy(audit.findings, (one) => (one.exception ? EXCEPTED : one.rule));

  const groups = summarizeByRule(audit)
    .filter(({ findings }) => findings > 0)
    .map((summary) => groupRow(summary, byRule.get(summary.rule) ?? [], audited));
  const excepted = byRule.get(EXCEPTED) ?? [];

  function groupRow(summary: RuleSummary, findings: readonly Finding[], { policy }: Audited): Node {
    const { rule, severity, spendAtRisk } = summary;
    const [icon, iconColor] = severityIcons[severity];
    const label = ruleTitle(rule);
    const figures = [keysText(findings.length), spendAtRisk > 0 && atRiskText(spendAtRisk)];
    const description = figures.filter(Boolean).join(" · ");
    const node: Node = row({
      ...{ id: `rule:${rule}`, label, description, icon, iconColor, context: "rule" },
      ariaLabel: [label, severityText(severity), ...figures].filter(Boolean).join(", "),
      tooltip: () => groupTooltip(summary, ruleText(rule, policy.policy.rules[rule])),
      children: () => batch(`rule:${rule}`, findings, (one) => findingRow(one, context, node), node),
    });
    // Commands for many keys read them from the row.
    return Object.assign(node, { session, keys: findings.map(({ key }) => key) });
  }

  function exceptedRow(): Node[] {
    if (excepted.length === 0) return [];
    const label = vscode.l10n.t("Excepted");
    const node: Node = row({
      ...{ id: EXCEPTED, label, description: keysText(countKeys(excepted)), icon: "pass", context: "excepted" },
      tooltip: vscode.l10n.t("Findings that an exception of the policy covers. They don't count."),
      children: () => batch(EXCEPTED, excepted, (one) => findingRow(one, context, node), node),
    });
    return [node];
  }

  function batch<T>(groupId: string, items: readonly T[], rowOf: (item: T) => Node, parent: Node): Node[] {
    const shown = visibleRows(groupId);
    const rows = items.slice(0, shown).map(rowOf);
    const rest = items.length - rows.length;
    return rest > 0 ? [...rows, moreRow(groupId, rest, parent)] : rows;
  }

  return [
    ...problemRow(audited.policy),
    ...groups,
    ...unknownRows(audit.unknown, audited),
    ...exceptedRow(),
    policyRow(audited),
    notListedRow(),
  ];
}

function groupTooltip({ severity, findings, excepted, spendAtRisk, rule }: RuleSummary, text: string) {
  const t = vscode.l10n.t;
  const tooltip = textTable(ruleTitle(rule), [
    [t("Severity"), severityText(severity)],
    [t("Findings"), number(findings)],
    [t("Excepted"), number(excepted)],
    [t("Spent this month"), money(spendAtRisk)],
  ]);
  return tooltip.appendMarkdown("\n\n").appendText(text);
}

/** Says which keys a rule couldn't judge, and why. */
function unknownRows(unknown: Audited["audit"]["unknown"], { guardrailsKnown }: Audited): Node[] {
  const t = vscode.l10n.t;
  const reason = (rule: RuleId) => {
    if (rule === "no-guardrail" && !guardrailsKnown) return t("The guardrails couldn't be read completely.");
    if (rule === "unfinished-rotation")
      return t("Rotations are known only to VS Code on the computer that started them.");
    return t("OpenRouter's response doesn't contain what the rule needs.");
  };
  return unknown.map(({ rule, keys }) => {
    const label = t("Not judged: {0}", ruleTitle(rule));
    return row({
      ...{ id: `unknown:${rule}`, label, description: keysText(keys.length), icon: "question", context: "unknown" },
      tooltip: reason(rule),
    });
  });
}

const countKeys = (findings: readonly Finding[]) => new Set(findings.map(({ key }) => key.hash)).size;

interface FindingContext {
  session: AccountSession;
  twinOf: ReturnType<typeof findTwins>;
  workspaces: ReadonlyMap<string, string>;
}

const knownTwins = new WeakMap<readonly Key[], FindingContext["twinOf"]>();

function createContext(session: AccountSession): FindingContext {
  const { keys = [], workspaces } = session.data.keys.current?.value ?? {};
  return { session, twinOf: (key) => twinsAmong(keys)(key), workspaces: workspaceNames(workspaces) };
}

/** Comparing the names of thousands of keys takes a while: not before a row is shown, and once for the same keys. */
function twinsAmong(keys: readonly Key[]): FindingContext["twinOf"] {
  const twinOf = knownTwins.get(keys) ?? findTwins(keys, keyName);
  knownTwins.set(keys, twinOf);
  return twinOf;
}

function findingRow(finding: Finding, context: FindingContext, parent: Node): FindingNode {
  const { key, rule, exception, endedException } = finding;
  const t = vscode.l10n.t;
  const { session, twinOf, workspaces } = context;
  const status = getKeyStatus(key);
  const label = keyName(key);
  const isSafe = isSafeToRemove(finding);
  const spent = getLifetimeSpend(key);
  const mark = twinOf(key) && shortLabel(key.label);
  const workspace = workspaces.size > 1 ? workspaces.get(key.workspace_id ?? "") : undefined;
  const texts = [
    mark,
    exception && ruleTitle(rule),
    exception ? `${safeLabel(exception.reason)} (${untilText(exception.until)})` : figureText(finding),
    isSafe && spent !== undefined && t("safe to remove: {0} in total", money(spent)),
    endedException && t("exception ended {0}", endedException.until ?? ""),
    workspace,
  ].filter((text) => typeof text === "string");
  return {
    ...row({
      id: `${exception ? EXCEPTED : "finding"}:${rule}:${key.hash}`,
      label,
      parent,
      description: texts.join(" · "),
      icon: isSafe ? "trash" : statusIcons[status],
      ariaLabel: [label, statusText(status), ...texts].join(", "),
      context: ["finding", status, exception && EXCEPTED, isSafe && "removable"].filter(Boolean).join(" "),
      // It names the creator.
      needsLookups: true,
      tooltip: () => findingTooltip(finding, context),
    }),
    finding,
    key,
    session,
  };
}

function findingTooltip(finding: Finding, { session, workspaces }: FindingContext): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const { key, rule, exception, endedException } = finding;
  const spent = getLifetimeSpend(key);
  const lines: [string, string | undefined][] = [
    [t("Finding"), `${ruleTitle(rule)}: ${figureText(finding)}`],
    [t("Excepted"), exception && `${exception.reason} (${untilText(exception.until)})`],
    [t("Exception ended"), endedException && `${endedException.until}: ${endedException.reason}`],
    [t("Label"), key.label],
    [t("Status"), statusText(getKeyStatus(key))],
    [t("Workspace"), workspaces.get(key.workspace_id ?? "")],
    [t("Creator"), key.creator_user_id ? ownerName(session, key.creator_user_id) : t("unknown")],
    [t("Limit"), limitText(key.limit, key.limit_reset)],
    [t("This Month"), money(getKeyCost(key, "month"))],
    [t("Total"), spent === undefined ? t("unknown") : money(spent)],
    [t("Last Used"), lastUseText(key)],
    [t("Expires"), key.expires_at ? formatMoment(key.expires_at, displayLocale()) : t("never")],
  ];
  const known = lines.filter((line): line is [string, string] => Boolean(line[1]));
  const tooltip = textTable(keyName(key), known);
  if (!isSafeToRemove(finding)) return tooltip;
  return tooltip
    .appendMarkdown("\n\n")
    .appendText(t("Safe to remove: long unused, and little was ever spent with it."));
}

function moreRow(groupId: string, rest: number, parent: Node): Node {
  const label = vscode.l10n.t("Show {0} More", number(Math.min(BATCH_SIZE, rest)));
  return row({
    ...{ id: `more:${groupId}`, label, icon: "ellipsis", parent },
    description: vscode.l10n.t("{0} not shown", number(rest)),
    command: { command: commandIds.showMoreFindings, title: label, arguments: [groupId] },
  });
}
