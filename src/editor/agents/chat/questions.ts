import * as vscode from "vscode";
import type { Guardrail, Key } from "../../../openrouter/index.ts";
import type { Finding } from "../../../openrouter/safety/findings.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { keyName } from "../../data/names.ts";
import type { NamedAccount } from "../../platform/accountText.ts";
import { chatQuestion } from "../../platform/chatQuestion.ts";
import { joinFirst, quoted } from "../../platform/quoted.ts";
import { figureText, ruleTitle } from "../../safety/text.ts";

/** @param key only with its hash if the key is not in the list */
export function keyQuestion(
  { hash, name = "", label }: Pick<Key, "hash"> & Partial<Pick<Key, "name" | "label">>,
  account: NamedAccount,
): string {
  const t = vscode.l10n.t;
  return chatQuestion(account, [
    label === undefined
      ? t("OpenRouter key with the hash {0}.", hash)
      : t("OpenRouter key {0}, hash {1}.", quoted(keyName({ name, label })), hash),
    t(
      "What did it spend in the last 30 completed UTC days, in USD, by day and by model, and what is left of its limit?",
    ),
    t("Use the tools or_key_get and or_activity (api_key_hash; aggregate by_day, by_model)."),
  ]);
}

export function guardrailQuestion(guardrail: Pick<Guardrail, "id" | "name">, account: NamedAccount): string {
  const t = vscode.l10n.t;
  return chatQuestion(account, [
    t("OpenRouter guardrail {0}, id {1}.", quoted(guardrailName(guardrail)), guardrail.id),
    t(
      "Which keys and members does it apply to, what did these keys spend in the last 30 completed UTC days, in USD, and what is its limit?",
    ),
    t("Use the tools or_guardrail_get, or_guardrails_assignments (id) and or_activity (aggregate by_key)."),
  ]);
}

/** The most findings that a question lists. */
const MAX_FINDINGS = 20;

export function findingsQuestion(findings: readonly Finding[], account: NamedAccount): string {
  const t = vscode.l10n.t;
  const texts = findings.map((finding) => {
    const { name, label, hash } = finding.key;
    return t(
      "{0}, hash {1}: {2} ({3})",
      quoted(keyName({ name, label })),
      hash,
      ruleTitle(finding.rule),
      figureText(finding),
    );
  });
  return chatQuestion(account, [
    t("Findings of Key Safety about OpenRouter keys: {0}.", joinFirst(texts, MAX_FINDINGS)),
    t(
      "What limits each key, what did it spend in the last 30 completed UTC days, in USD, and should it be limited, rotated, disabled or kept as it is? Change nothing yet.",
    ),
    t("Use the tools or_key_get and or_activity (api_key_hash; aggregate by_day)."),
  ]);
}
