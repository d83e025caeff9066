import * as vscode from "vscode";
import { type KeyCreate, createKey as post, type Workspace } from "../../../openrouter/index.ts";
import { type App, clientOf, working } from "../../app.ts";
import { moment } from "../../format.ts";
import { withKey } from "../../keys/keyChanges.ts";
import { keyName } from "../../keys/keyRows.ts";
import { limitText, resetText } from "../../keys/keyText.ts";
import { pickOne } from "../../quickInput/pick.ts";
import { type ReviewLine, reviewStep } from "../../quickInput/review.ts";
import { BACK, type Step, wizard } from "../../quickInput/wizard.ts";
import { handOverNew } from "../../secrets/waiting.ts";
import { shown } from "../../shown.ts";
import { limitStep, nameStep, resetStep } from "./edit.ts";
import { expiryStep } from "./expiry.ts";

type Draft = Partial<KeyCreate>;

/** Asks for the settings, shows what will be sent, creates the key once, and hands its secret over. `POST /keys` */
export async function createKey(app: App): Promise<void> {
  const client = await clientOf(app);
  await app.data.keys.ensure();
  const workspaces = app.data.keys.current?.value.workspaces ?? [];
  const title = vscode.l10n.t("Create Key");
  const draft = await wizard<Draft>(title, {}, steps(workspaces));
  const body: KeyCreate = { ...draft, name: draft.name ?? "" };

  const key = await working(vscode.l10n.t("Creating {0}", shown(body.name)), async (signal) => {
    const created = await post(client, body, { signal });
    // Before anything else is done: the API shows it only this once.
    await app.held.hold(created.data, created.key);
    return created.data;
  });
  app.views.keys.touch(key.hash);
  app.data.keys.change(withKey(key));
  await app.views.keys.reveal(key.hash);
  await handOverNew(app, key, vscode.l10n.t("{0} was created", keyName(key)));
}

function steps(workspaces: readonly Workspace[]): Step<Draft>[] {
  return [
    nameStep<Draft>(),
    ...(workspaces.length > 1 ? [workspaceStep(workspaces)] : []),
    limitStep<Draft>(),
    resetStep<Draft>(null, ({ limit }) => typeof limit === "number"),
    byokStep({ when: ({ limit }) => typeof limit === "number" }),
    expiryStep<Draft>(),
    reviewStep<Draft>(vscode.l10n.t("Create Key"), (draft) => ({ lines: reviewLines(draft, workspaces) })),
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
