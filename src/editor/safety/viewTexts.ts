import * as vscode from "vscode";
import { summarizeByRule } from "../../openrouter/safety/audit.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { displayLocale } from "../platform/locale.ts";
import { keysText } from "../ui/countTexts.ts";
import type { Audited } from "./audits.ts";
import { type FindingsFilter, filterAudit, isFiltered } from "./filter.ts";
import type { PolicyState } from "./policy/policyState.ts";
import { problemText, usedPolicyText } from "./policy/policyText.ts";
import { ruleTitle } from "./text.ts";

/** Counts the severe findings for the view's icon; undefined without any. */
export function badgeOf({ audit }: Audited): vscode.ViewBadge | undefined {
  const severe = summarizeByRule(audit).filter(({ severity, findings }) => severity === "severe" && findings > 0);
  const value = severe.reduce((all, { findings }) => all + findings, 0);
  if (value === 0) return undefined;
  const rules = severe.map(({ rule, findings }) => `${ruleTitle(rule)} (${number(findings)})`).join(", ");
  const text = value === 1 ? vscode.l10n.t("1 severe finding") : vscode.l10n.t("{0} severe findings", number(value));
  return { value, tooltip: vscode.l10n.t("Key Safety: {0}: {1}", text, rules) };
}

/** Says that the keys are being read or checked. */
export function progressText({ data: { keys } }: AccountSession): string | undefined {
  const t = vscode.l10n.t;
  if (!keys.current) return undefined;
  const read = keys.current.value.keys.length;
  return keys.current.complete ? t("Checking {0}…", keysText(read)) : t("{0} keys so far…", number(read));
}

/** Returns what the view says above its rows. */
export function messageOf(
  { session, audit, policy, guardrailsKnown }: Audited,
  filter: FindingsFilter,
): string | undefined {
  const t = vscode.l10n.t;
  const { keys, guardrails } = session.data;
  const open = audit.findings.filter(({ exception }) => !exception).length;
  const shown = filterAudit(audit, filter).findings.filter(({ exception }) => !exception).length;
  const ended = audit.exceptions.filter(({ hasEnded, findings }) => hasEnded && findings > 0).length;
  const texts = [
    policy.problem && problemText(policy),
    open === 0 && nothingFoundText(policy, audit.keys.length),
    open > 0 && isFiltered(filter) && t("{0} of {1} findings", number(shown), number(open)),
    !guardrailsKnown && guardrails.failure && t("Guardrails couldn't be read. {0}", guardrails.failure),
    keys.current?.value.workspaces === undefined && t("Only the default workspace can be shown"),
    keys.current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
    ended > 0 && (ended === 1 ? t("1 exception has ended") : t("{0} exceptions have ended", number(ended))),
  ];
  return texts.filter(Boolean).join(" · ") || undefined;
}

/** Says how many rules found nothing, and whose they are. */
function nothingFoundText(state: PolicyState, keys: number): string {
  const rules = Object.values(state.policy.rules).filter(({ severity }) => severity !== "off").length;
  return vscode.l10n.t(
    "Nothing found in {0}. Rules checked: {1} ({2}).",
    keysText(keys),
    number(rules),
    usedPolicyText(state),
  );
}

const number = (value: number) => formatCount(value, displayLocale());
