import * as vscode from "vscode";
import { moment } from "../../openrouter/format.ts";
import {
  type Client,
  type CreatedKey,
  findCreatedKey,
  type KeyCreate,
  createKey as post,
  type Workspace,
} from "../../openrouter/index.ts";
import type { KeyRef } from "../../openrouter/rotation/types.ts";
import { type App, clientOf, isSameAccount, requireSameAccount, working } from "../app.ts";
import { errorText } from "../platform/errorText.ts";
import { retriable } from "../platform/retryAction.ts";
import { shown } from "../platform/safeLabel.ts";
import { copyAtOnce } from "../secrets/copyAtOnce.ts";
import { unidentifiedKey } from "../secrets/heldSecrets.ts";
import { expiryStep } from "../ui/expiryStep.ts";
import { pickOne } from "../ui/pick.ts";
import { type ReviewLine, reviewStep } from "../ui/review.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { BACK, type Step, wizard } from "../ui/wizard.ts";
import { limitStep, nameStep, resetStep } from "./edit.ts";
import { withKey } from "./keyChanges.ts";
import { keyName } from "./keyRows.ts";
import { limitText, resetText } from "./keyText.ts";
import { handOverNew } from "./waitingSecrets.ts";

type Draft = Partial<KeyCreate>;

/** Asks for the settings, shows what will be sent, creates the key once, and hands its secret over. `POST /keys` */
export async function createKey(app: App): Promise<void> {
  const client = await clientOf(app);
  await app.data.keys.ensure();
  const workspaces = app.data.keys.current?.value.workspaces ?? [];
  const title = vscode.l10n.t("Create Key");
  const body = bodyOf(await wizard<Draft>(title, {}, steps(workspaces)));
  const send = async () => {
    await requireSameAccount(app, client);
    return working(vscode.l10n.t("Creating {0}", shown(body.name)), (signal) => post(client, body, { signal }));
  };
  await retriable(send, (created) => present(app, client, created, body));
}

/** The key exists from here on: whatever else fails, its secret reaches its owner. */
async function present(app: App, client: Client, created: CreatedKey, body: KeyCreate): Promise<void> {
  const { key: secret, data, hash = unidentifiedKey() } = created;
  let held: KeyRef = data ?? { hash, name: body.name, label: "" };
  try {
    await app.held.hold(held, secret);
  } catch (error) {
    app.log.error(`The secret of the key ${held.hash} could not be kept: ${errorText(error)}`);
    return copyAtOnce(held, secret);
  }
  const key = await findCreatedKey(client, created, body);
  if (key && key.hash !== held.hash) {
    await app.held.hold(key, secret);
    await app.held.discard(held.hash);
    held = key;
  }
  if (key && (await isSameAccount(app, client).catch(() => false))) {
    app.views.keys.touch(key.hash);
    app.data.keys.change(withKey(key));
    // The row can wait; the secret cannot.
    await app.views.keys.reveal(key.hash).catch((error: unknown) => app.log.warn(errorText(error)));
    void warnOfDifferences(keyName(key), body, key);
  }
  await handOverNew(app, held, vscode.l10n.t("{0} was created", keyName(held)));
}

/** A reset and BYOK belong to a limit: Back may have taken that away again. */
function bodyOf({ name = "", limit_reset, include_byok_in_limit, ...draft }: Draft): KeyCreate {
  return typeof draft.limit === "number" ? { name, limit_reset, include_byok_in_limit, ...draft } : { name, ...draft };
}

function steps(workspaces: readonly Workspace[]): Step<Draft>[] {
  return [
    nameStep<Draft>(),
    ...(workspaces.length > 1 ? [workspaceStep(workspaces)] : []),
    limitStep<Draft>(),
    resetStep<Draft>(null, ({ limit }) => typeof limit === "number"),
    byokStep({ when: ({ limit }) => typeof limit === "number" }),
    expiryStep<Draft>(),
    reviewStep<Draft>(vscode.l10n.t("Create Key"), (draft) => ({ lines: reviewLines(bodyOf(draft), workspaces) })),
  ];
}

function workspaceStep(workspaces: readonly Workspace[]): Step<Draft> {
  return {
    async ask(state, place) {
      const items = workspaces.map(({ id, name, slug }) => ({
        label: shown(name),
        description: shown(slug),
        value: id,
      }));
      const placeholder = vscode.l10n.t("In which workspace?");
      const workspace_id = await pickOne(place, { items, placeholder, active: (id) => id === state.workspace_id });
      return workspace_id === BACK ? BACK : { workspace_id };
    },
  };
}

function byokStep({ when }: { when(state: Draft): boolean }): Step<Draft> {
  return {
    when,
    async ask(state, place) {
      const items = [
        {
          label: vscode.l10n.t("Credits only"),
          detail: vscode.l10n.t("Spend on your own provider keys (BYOK) does not count against the limit"),
          value: false,
        },
        {
          label: vscode.l10n.t("Credits and BYOK"),
          detail: vscode.l10n.t("Spend on your own provider keys counts, too"),
          value: true,
        },
      ];
      const placeholder = vscode.l10n.t("What counts against the limit?");
      const active = (value: boolean) => value === state.include_byok_in_limit;
      const include_byok_in_limit = await pickOne(place, { items, placeholder, active });
      return include_byok_in_limit === BACK ? BACK : { include_byok_in_limit };
    },
  };
}

/** Only what was asked is sent; the rest is left to the API's defaults. */
function reviewLines(draft: Draft, workspaces: readonly Workspace[]): ReviewLine[] {
  const t = vscode.l10n.t;
  const workspace = workspaces.find(({ id }) => id === draft.workspace_id);
  return [
    { field: "name", value: shown(draft.name ?? "") },
    ...(workspace ? [{ field: "workspace_id", value: shown(workspace.name) }] : []),
    { field: "limit", value: limitText(draft.limit, undefined) },
    ...(draft.limit_reset === undefined ? [] : [{ field: "limit_reset", value: resetText(draft.limit_reset) }]),
    ...(draft.include_byok_in_limit === undefined
      ? []
      : [{ field: "include_byok_in_limit", value: draft.include_byok_in_limit ? t("yes") : t("no") }]),
    {
      field: "expires_at",
      value: draft.expires_at ? moment(draft.expires_at, vscode.env.language) : t("never"),
    },
  ];
}
