import * as vscode from "vscode";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { ruleIds } from "../../openrouter/safety/policy.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type Node, row } from "../ui/node.ts";
import type { Audited } from "./audits.ts";
import type { PolicyState } from "./policy/policyState.ts";
import { originText, problemText, usedPolicyText } from "./policy/policyText.ts";
import { ruleText, ruleTitle, severityText, thresholdText, untilText } from "./text.ts";

const openPolicy = () => ({ command: commandIds.openPolicy, title: vscode.l10n.t("Open Key Policy") });

/** A row above all others if the policy that comes first has a problem. */
export function problemRow(state: PolicyState): Node[] {
  const { problem } = state;
  if (!problem) return [];
  const label = vscode.l10n.t("{0} has a problem", originText(problem.origin));
  return [
    row({
      ...{ id: "policyProblem", label, description: safeLabel(problem.text), icon: "error" },
      iconColor: "list.errorForeground",
      tooltip: [safeLabel(problem.text), problemText(state)].join("\n\n"),
      context: "policy",
      command: openPolicy(),
    }),
  ];
}

/** The policy in use: its rules, and its exceptions that have ended or cover nothing. */
export function policyRow({ policy: state, audit }: Audited): Node {
  const t = vscode.l10n.t;
  const label = t("Policy");
  const used = usedPolicyText(state);
  const unused = state.unused.length;
  const node: Node = row({
    ...{ id: "policy", label, description: used, icon: "law", context: "policy" },
    tooltip: [
      t("Rules and exceptions in use: {0}.", used),
      unused === 1 && t("1 more folder of the workspace has a policy; the first folder's applies."),
      unused > 1 && t("{0} more folders of the workspace have a policy; the first folder's applies.", count(unused)),
      t("A policy only decides what this view reports."),
    ]
      .filter(Boolean)
      .join("\n\n"),
    children: () => [...exceptionRows(audit.exceptions, node), ...ruleRows(state, node)],
  });
  return node;
}

function ruleRows({ policy }: PolicyState, parent: Node): Node[] {
  return ruleIds.map((rule) => {
    const settings = policy.rules[rule];
    const isOff = settings.severity === "off";
    const text = ruleText(rule, settings);
    const description = [severityText(settings.severity), thresholdText(settings)].filter(Boolean).join(" · ");
    return row({
      ...{ id: `policyRule:${rule}`, parent, label: ruleTitle(rule), description },
      icon: isOff ? "circle-slash" : "check",
      tooltip: text,
      ariaLabel: [ruleTitle(rule), severityText(settings.severity), text].join(", "),
      context: "policyRule",
    });
  });
}

/** Exceptions that ended, and those that cover nothing, which may be misspelled or no longer needed. */
function exceptionRows(uses: Audited["audit"]["exceptions"], parent: Node): Node[] {
  const t = vscode.l10n.t;
  return uses.flatMap(({ exception, findings, hasEnded }, i) => {
    if (!hasEnded && findings > 0) return [];
    const { rule, key, until, reason } = exception;
    const state = hasEnded ? t("ended {0}", until ?? "") : t("covers nothing");
    const rules = rule === "*" ? t("all rules") : ruleTitle(rule);
    const description = [state, rules, safeLabel(reason)].join(" · ");
    return row({
      ...{ id: `exception:${i}`, parent, label: t("Exception: {0}", safeLabel(key)), description },
      icon: hasEnded ? "warning" : "info",
      tooltip: [`${safeLabel(reason)} (${untilText(until)})`, state].join("\n\n"),
      context: "exception",
      command: openPolicy(),
    });
  });
}

/** Says which keys no audit can contain, and opens their page. */
export function notListedRow(): Node {
  const t = vscode.l10n.t;
  return row({
    ...{ id: "notListed", label: t("Management and OAuth keys"), icon: "link-external", context: "notListed" },
    description: t("not in the API; see OpenRouter's website"),
    tooltip: t(
      "OpenRouter's API doesn't list Provisioning (Management) keys and keys that apps made through OAuth. Check and revoke them on its website.",
    ),
    command: { command: "vscode.open", title: t("Open Website"), arguments: [vscode.Uri.parse(managementKeysUrl)] },
  });
}

const count = (value: number) => formatCount(value, displayLocale());
