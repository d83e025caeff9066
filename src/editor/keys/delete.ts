import * as vscode from "vscode";
import {
  getKeyImpact,
  type Key,
  type KeyImpact,
  OpenRouterError,
  deleteKey as remove,
} from "../../openrouter/index.ts";
import { formatCount, formatMoney } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { guardrailNameByKeyHash } from "../data/guardrailNames.ts";
import { withoutKeyAssignments } from "../data/guardrailUpdates.ts";
import { withoutKeys } from "../data/keyUpdates.ts";
import { keyName } from "../data/names.ts";
import { askModal } from "../platform/dialogs.ts";
import { errorText } from "../platform/errorText.ts";
import { displayLocale } from "../platform/locale.ts";
import { runWithProgress } from "../ui/progress.ts";
import { changeKey } from "./changeKey.ts";
import { lastUseText } from "./keyText.ts";
import { keyFor, requireKeyExists } from "./pickKey.ts";
import type { KeyServices } from "./services.ts";

/** Deletes a key after showing its recent usage and guardrail; offers to disable it instead. `DELETE /keys/{hash}` */
export async function deleteKey({ sessions, list, secrets }: KeyServices, target: unknown): Promise<void> {
  const session = await sessions.for(target);
  const { client, data } = session;
  const key = await keyFor(list, session, target, { title: vscode.l10n.t("Delete Key") });
  requireKeyExists(session, key);
  const title = vscode.l10n.t("Loading the usage of {0}", keyName(key));
  const impact = await runWithProgress(title, async (signal) => {
    const [read] = await Promise.all([
      getKeyImpact(client, key, { signal }).catch(apiErrorOrThrow),
      data.guardrails.ensure(),
    ]);
    return read;
  });
  const choice = await confirmDeletion(session, key, impact);
  if (choice === "disable") await changeKey(list, session, key, { disabled: true });
  if (choice !== "delete") return;
  await runWithProgress(vscode.l10n.t("Deleting {0}", keyName(key)), (signal) => remove(client, key.hash, { signal }));
  await secrets.discard(key.hash);
  data.keys.change(withoutKeys(key.hash));
  data.guardrails.change(withoutKeyAssignments(key.hash));
}

/** Returns an API error, so that the dialog can show it in place of the usage. Rethrows other errors. */
function apiErrorOrThrow(error: unknown): OpenRouterError {
  if (error instanceof OpenRouterError) return error;
  throw error;
}

async function confirmDeletion(
  session: AccountSession,
  key: Key,
  impact: KeyImpact | OpenRouterError,
): Promise<"delete" | "disable" | undefined> {
  const t = vscode.l10n.t;
  const deleteIt = t("Delete Key");
  const disable = t("Disable Instead");
  const { guardrails } = session.data;
  const read = guardrails.current?.value;
  const guardrail = guardrailNameByKeyHash(read).get(key.hash);
  const chosen = await askModal(session, t("Delete {0}?", describeKey(session, key)), {
    detail: [
      impactText(key, impact),
      t("Last used: {0}.", lastUseText(key)),
      guardrail && t("It is assigned to the guardrail {0}.", guardrail),
      (!read || (!guardrail && read.unreadable)) && t("Couldn't load the guardrail it is assigned to."),
      t(
        "Requests with this key will fail immediately, and its usage will no longer be shown by key. This can't be undone.",
      ),
      !key.disabled && t("Disabling it also stops requests, keeps its usage by key, and can be undone."),
    ],
    buttons: key.disabled ? [deleteIt] : [deleteIt, disable],
    safe: t("Keep Key"),
  });
  return chosen === deleteIt ? "delete" : chosen === disable ? "disable" : undefined;
}

function impactText({ byok_usage_daily: byokToday = 0 }: Key, impact: KeyImpact | OpenRouterError): string {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  if (impact instanceof OpenRouterError)
    return t("Couldn't load its usage in the last 30 days: {0}", errorText(impact));
  const usd = (value: number) => formatMoney(value, locale);
  const withByok = (value: number, byok: number) => usd(value) + (byok ? ` + ${t("{0} BYOK", usd(byok))}` : "");
  if (impact.unreadable)
    return t(
      "Couldn't load its usage in the last 30 days: {0}",
      t("{0} of {1} rows ({2})", impact.unreadable.count, impact.unreadable.of, impact.unreadable.field),
    );
  return impact.requests === 0 && impact.today === 0 && byokToday === 0
    ? t("It was not used in the last 30 days.")
    : t(
        "In the last 30 completed days (UTC): {0} in {1} requests. Today: {2}.",
        withByok(impact.usage, impact.byok_usage_inference),
        formatCount(impact.requests, locale),
        withByok(impact.today, byokToday),
      );
}
