import * as vscode from "vscode";
import { formatCount } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { POLICY_FILE, type PolicyOrigin, type PolicyState } from "./policyState.ts";

/** Names where a policy comes from; the folder only if there are several. */
export function originText(origin: PolicyOrigin): string {
  if (origin.kind === "defaults") return vscode.l10n.t("built-in rules");
  if (origin.kind === "setting") return vscode.l10n.t("policy of your settings");
  return origin.folder === undefined ? POLICY_FILE : `${safeLabel(origin.folder)}/${POLICY_FILE}`;
}

/** Names the policy in use. */
export const usedPolicyText = ({ origin }: PolicyState): string => originText(origin);

/** Says what is wrong with the policy that comes first, and what is used instead. */
export function problemText(state: PolicyState): string | undefined {
  const { problem } = state;
  if (!problem) return undefined;
  const t = vscode.l10n.t;
  const name = originText(problem.origin);
  const used = usedPolicyText(state);
  const { line } = problem;
  return line === undefined
    ? t("{0} isn't used because of a problem. In use instead: {1}.", name, used)
    : t(
        "{0} isn't used because of a problem in line {1}. In use instead: {2}.",
        name,
        formatCount(line, displayLocale()),
        used,
      );
}
