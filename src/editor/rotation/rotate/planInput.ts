import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import { hasReducedLimit, type PlanInput } from "../../../openrouter/rotation/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import type { RotationServices } from "../services.ts";

/** Returns what a rotation of a key is planned from, with the guardrail from the loaded assignments. */
export function inputFor({ registry }: RotationServices, { client, data }: AccountSession, key: Key): PlanInput {
  const guardrails = data.guardrails.current?.value;
  const assignment = guardrails?.keyAssignments.find(({ key_hash }) => key_hash === key.hash);
  const guardrail = assignment && {
    id: assignment.guardrail_id,
    name: guardrails?.guardrails.find(({ id }) => id === assignment.guardrail_id)?.name ?? vscode.l10n.t("unknown"),
  };
  const names = workspaceNames(data.keys.current?.value.workspaces);
  // If an earlier rotation reduced this key's limit and nobody changed it since, the whole limit is still to be restored.
  const earlier = registry.journal.all().find((record) => record.new?.hash === key.hash);
  return {
    guardrail,
    workspaceName: key.workspace_id ? (names.get(key.workspace_id) ?? vscode.l10n.t("unknown")) : undefined,
    wholeLimit: earlier && hasReducedLimit(earlier, key) ? earlier.restoreLimit?.limit : undefined,
    now: client.now(),
  };
}
