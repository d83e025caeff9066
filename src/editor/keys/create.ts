import * as vscode from "vscode";
import {
  type CreatedKey,
  findCreatedKey,
  type KeyCreate,
  createKey as post,
  type Workspace,
} from "../../openrouter/index.ts";
import type { KeyRef } from "../../openrouter/rotation/record.ts";
import { formatMoment } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { errorLogText } from "../platform/errorText.ts";
import { displayLocale } from "../platform/locale.ts";
import { runRetriable } from "../platform/retryAction.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { copyNow } from "../secrets/copyNow.ts";
import { unidentifiedKeyHash } from "../secrets/pendingSecret.ts";
import { expiryStep } from "../ui/expiryStep.ts";
import { workspaceStep } from "../ui/fieldSteps.ts";
import { exactLimitText, resetText } from "../ui/limitText.ts";
import { pickOne } from "../ui/pick.ts";
import { runWithProgress } from "../ui/progress.ts";
import { type ReviewLine, reviewStep } from "../ui/reviewStep.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { BACK, type WizardStep, wizard } from "../ui/wizard.ts";
import { handOverNew } from "./handOverSecret.ts";
import { keyLimitStep, keyNameStep, keyResetStep } from "./keySteps.ts";
import { newLimitWarnings } from "./limitWarnings.ts";
import type { KeyServices } from "./services.ts";

type Draft = Partial<KeyCreate>;

/** Asks for the settings, shows the request body for review, creates the key, and hands over its secret. `POST /keys` */
export async function createKey(services: KeyServices): Promise<void> {
  const session = await services.sessions.for();
  await session.data.keys.ensure();
  const workspaces = session.data.keys.current?.value.workspaces ?? [];
  const title = vscode.l10n.t("Create Key");
  const body = requestBody(await wizard<Draft>(session, title, {}, wizardSteps(workspaces)));
  const send = () =>
    runWithProgress(vscode.l10n.t("Creating {0}", safeLabel(body.name)), (signal) =>
      post(session.client, body, { signal }),
    );
  await runRetriable(send, (created) => handOverCreated(services, session, created, body));
}

/** Stores and hands over the new key's secret, whatever else fails: the key exists, and OpenRouter won't show the secret again. */
async function handOverCreated(
  services: KeyServices,
  session: AccountSession,
  created: CreatedKey,
  body: KeyCreate,
): Promise<void> {
  const { secrets, list, log } = services;
  const { key: secret, data, hash = unidentifiedKeyHash() } = created;
  let keyRef: KeyRef = data ?? { hash, name: body.name, label: "" };
  try {
    await secrets.store(session.id, keyRef, secret);
  } catch (error) {
    log.error(`The secret of the key ${keyRef.hash} could not be stored: ${errorLogText(error)}`);
    return copyNow(session, keyRef, secret);
  }
  const key = await findCreatedKey(session.client, created, body);
  if (key && key.hash !== keyRef.hash) {
    await secrets.store(session.id, key, secret);
    await secrets.discard(keyRef.hash);
    keyRef = key;
  }
  if (key && !session.signal.aborted) {
    list.showKey(session, key);
    // A failure to select the row must not delay the secret.
    await list.reveal(session, key.hash).catch((error: unknown) => log.warn(errorLogText(error)));
    void warnOfDifferences(keyName(key), body, key);
  }
  await handOverNew(services, session, keyRef, vscode.l10n.t("{0} was created", keyName(keyRef)));
}

/** Builds the request body. Without a limit, drops its reset and BYOK flag: the user may have gone back and removed it. */
function requestBody({ name = "", limit_reset, include_byok_in_limit, ...draft }: Draft): KeyCreate {
  return typeof draft.limit === "number" ? { name, limit_reset, include_byok_in_limit, ...draft } : { name, ...draft };
}

function wizardSteps(workspaces: readonly Workspace[]): WizardStep<Draft>[] {
  return [
    keyNameStep<Draft>(),
    ...(workspaces.length > 1 ? [workspaceStep<Draft>(workspaces)] : []),
    keyLimitStep<Draft>(),
    keyResetStep<Draft>({ when: hasLimit }),
    byokStep(hasLimit),
    expiryStep<Draft>(),
    reviewStep<Draft>(vscode.l10n.t("Create Key"), (draft) => ({
      lines: reviewLines(requestBody(draft), workspaces),
      warnings: newLimitWarnings(draft.limit),
    })),
  ];
}

const hasLimit = ({ limit }: Draft) => typeof limit === "number";

function byokStep(when: (state: Draft) => boolean): WizardStep<Draft> {
  return {
    when,
    async ask(state, position) {
      const items = [
        {
          label: vscode.l10n.t("Credits only"),
          detail: vscode.l10n.t("Spend on your own provider keys (BYOK) doesn't count against the limit"),
          value: false,
        },
        {
          label: vscode.l10n.t("Credits and BYOK"),
          detail: vscode.l10n.t("Spend on your own provider keys (BYOK) counts too"),
          value: true,
        },
      ];
      const placeholder = vscode.l10n.t("What counts against the limit?");
      const active = (value: boolean) => value === state.include_byok_in_limit;
      const include_byok_in_limit = await pickOne(position, { items, placeholder, active });
      return include_byok_in_limit === BACK ? BACK : { include_byok_in_limit };
    },
  };
}

/** Lists the fields that will be sent; the API applies its defaults to the others. */
function reviewLines(draft: Draft, workspaces: readonly Workspace[]): ReviewLine[] {
  const t = vscode.l10n.t;
  const workspace = workspaceNames(workspaces).get(draft.workspace_id ?? "");
  return [
    { field: "name", value: safeLabel(draft.name ?? "") },
    ...(workspace ? [{ field: "workspace_id", value: workspace }] : []),
    { field: "limit", value: exactLimitText(draft.limit) },
    ...(draft.limit_reset === undefined ? [] : [{ field: "limit_reset", value: resetText(draft.limit_reset) }]),
    ...(draft.include_byok_in_limit === undefined
      ? []
      : [{ field: "include_byok_in_limit", value: draft.include_byok_in_limit ? t("yes") : t("no") }]),
    {
      field: "expires_at",
      value: draft.expires_at ? formatMoment(draft.expires_at, displayLocale()) : t("never"),
    },
  ];
}
