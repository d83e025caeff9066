import * as vscode from "vscode";
import { createClient } from "../../openrouter/index.ts";
import { askFoundKeys, isManagementKey } from "../../openrouter/keys/askFoundKeys.ts";
import { confirm } from "../platform/dialogs.ts";
import { errorLogText } from "../platform/errorText.ts";
import { fetchOptions } from "../platform/extraCertificates.ts";
import { runWithProgress } from "../ui/progress.ts";
import { undefinedIfCancelled } from "../ui/undefinedIfCancelled.ts";
import { isManagementLeak } from "./facts.ts";
import type { Leak } from "./leak.ts";
import type { LeakList } from "./leakList.ts";
import { warnOfManagementKey } from "./management.ts";
import { ownManagementKeys } from "./ownKeys.ts";
import type { LeakServices } from "./services.ts";

/**
 * Asks OpenRouter about all found keys but the user's management keys, after the user agreed. Each key is sent as the
 * authorization of a request for its own state; answers stay in memory. `GET /key`
 * @throws Error if it isn't known which of them are management keys
 */
export async function askAboutLeaks(
  { sessions, log, userAgent, account }: LeakServices,
  list: LeakList,
): Promise<void> {
  const t = vscode.l10n.t;
  await warnOfOwnKeys(account, list);
  const found = list.current?.leaks.filter(({ managementOf }) => !managementOf) ?? [];
  if (found.length === 0) {
    void vscode.window.showInformationMessage(t("There is no found key to ask about. Search for leaked keys first."));
    return;
  }
  const session = await sessions.for();
  const { baseUrl } = session.client;
  const ask = t("Ask OpenRouter");
  const question =
    found.length === 1
      ? t("Ask OpenRouter about 1 found key?")
      : t("Ask OpenRouter about {0} found keys?", found.length);
  const detail = [
    t(
      "Each key is sent to {0}, as the authorization of one request for its own state; again only after a rate limit. That says whether it works, what it spent and what it may spend.",
      new URL(baseUrl).host,
    ),
    session.source === "sample" &&
      t("The sample account answers instead of OpenRouter, and knows no keys but its own."),
    t("The answers are only in memory, until this window closes."),
  ];
  if (!(await confirm(session, question, ask, detail, t("Don't Ask")))) return;
  const management: Leak[] = [];
  const title = t("Asking OpenRouter about found keys");
  await runWithProgress(title, (cancelled) => {
    const signal = AbortSignal.any([cancelled, session.signal]);
    return askFoundKeys(
      found.map(({ secret }) => secret),
      {
        clientFor: (key) => createClient({ key, baseUrl, userAgent, fetchOptions, lifetime: signal }),
        signal,
        onAnswer(secret, answer) {
          const leak = found.find((one) => one.secret === secret);
          if (!leak) return;
          if (answer.kind === "unknown") log.error(`Leaked keys: ${errorLogText(answer.cause)}`);
          list.update(new Map([[leak.id, { answer: { ...answer, at: new Date() } }]]));
          if (answer.kind === "accepted" && answer.key && isManagementKey(answer.key)) management.push(leak);
        },
      },
    );
  }).catch(undefinedIfCancelled);
  // The answers are compared with what the keys are now.
  await session.data.keys.load({ fresh: true });
  for (const leak of management) await warnOfManagementKey(leak);
}

/** Finds the user's management keys among the leaks again: one may have been stored, or couldn't be read until now. */
async function warnOfOwnKeys(account: LeakServices["account"], list: LeakList): Promise<void> {
  const managementOf = await ownManagementKeys(account).catch(() => undefined);
  if (!managementOf)
    throw new Error(
      vscode.l10n.t(
        "Your management keys couldn't be read, so nothing was sent: one of them may be among the found keys.",
      ),
    );
  const known = new Set(list.current?.leaks.filter(isManagementLeak).map(({ id }) => id));
  list.compare((secret) => managementOf.get(secret));
  for (const leak of list.current?.leaks ?? [])
    if (leak.managementOf && !known.has(leak.id)) await warnOfManagementKey(leak);
}
