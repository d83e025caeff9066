import * as vscode from "vscode";
import { type Client, type Guardrail, listModels, listProviders } from "../../../openrouter/index.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { describeGuardrail } from "../../data/describeKey.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickMany, pickOne } from "../../ui/pick.ts";
import { type ReviewLine, reviewStep } from "../../ui/reviewStep.ts";
import { BACK, type WizardStep, wizard } from "../../ui/wizard.ts";
import { emptyListText, listName, listText } from "../labels.ts";
import type { ListField } from "../listFields.ts";
import { guardrailFor, guardrailRowOf } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { freshGuardrail } from "../updateGuardrail.ts";
import { type CatalogEntry, diffLists, listChoices, modelEntries, providerEntries } from "./catalog.ts";
import { sendListChange } from "./sendListChange.ts";

interface Draft {
  field?: ListField;
  entries?: string[];
}

/** Lets the user pick a guardrail's allowed or ignored models from the catalog. `GET /models`, `PATCH /guardrails/{id}` */
export async function pickGuardrailModels(services: GuardrailServices, target: unknown): Promise<void> {
  await pickList(services, target, {
    title: vscode.l10n.t("Select Guardrail Models"),
    fields: ["allowed_models", "ignored_models"],
    catalog: async (client) => modelEntries((await listModels(client, { output_modalities: "all" })).data),
  });
}

/** Lets the user pick a guardrail's allowed or ignored providers from the catalog. `GET /providers`, `PATCH /guardrails/{id}` */
export async function pickGuardrailProviders(services: GuardrailServices, target: unknown): Promise<void> {
  await pickList(services, target, {
    title: vscode.l10n.t("Select Guardrail Providers"),
    fields: ["allowed_providers", "ignored_providers"],
    catalog: async (client) => providerEntries((await listProviders(client)).data),
  });
}

interface ListKind {
  title: string;
  fields: ListField[];
  /** Reads the catalog entries to choose from. */
  catalog(client: Client): Promise<CatalogEntry[]>;
}

async function pickList(
  { sessions, view }: GuardrailServices,
  target: unknown,
  { title, fields, catalog: load }: ListKind,
): Promise<void> {
  const session = await sessions.for(guardrailRowOf(target));
  const guardrail = await freshGuardrail(session, await guardrailFor(view, session, target, { title }));
  let catalog: Promise<CatalogEntry[]> | undefined;
  const { field, entries = [] } = await wizard<Draft>(
    session,
    `${title}: ${guardrailName(guardrail, session)}`,
    {},
    [
      fieldStep(guardrail, fields),
      entriesStep(guardrail, () => (catalog ??= load(session.client))),
      reviewStep(vscode.l10n.t("Change Guardrail"), (draft) => review(guardrail, draft)),
    ],
    describeGuardrail(session, guardrail),
  );
  if (!field) return;
  await sendListChange(session, guardrail, field, diffLists(guardrail[field] ?? [], entries));
}

function fieldStep(guardrail: Guardrail, fields: ListField[]): WizardStep<Draft> {
  const t = vscode.l10n.t;
  const details: Record<ListField, string> = {
    allowed_providers: t("Requests go to these providers only"),
    ignored_providers: t("Requests never go to these providers"),
    allowed_models: t("Only these models can be used"),
    ignored_models: t("These models can't be used"),
  };
  return {
    async ask(state, position) {
      const items = fields.map((value) => ({
        label: listName(value),
        description: listText(value, guardrail[value]),
        detail: details[value],
        value,
      }));
      const active = (value: ListField) => value === state.field;
      const field = await pickOne(position, { items, placeholder: t("Select a list"), active });
      // A selection made for another list doesn't apply to this one.
      return field === BACK ? BACK : { field, entries: field === state.field ? state.entries : undefined };
    },
  };
}

function entriesStep(guardrail: Guardrail, catalog: () => Promise<CatalogEntry[]>): WizardStep<Draft> {
  return {
    async ask({ field, entries }, position) {
      if (!field) return {};
      const t = vscode.l10n.t;
      const current = guardrail[field] ?? [];
      const missing = t("no longer in the catalog");
      const items = catalog().then((known) =>
        listChoices(current, known, nameComparator(displayLocale())).map(
          ({ entry, name }): PickItem<string> => ({
            label: safeLabel(name ?? entry),
            description: name === undefined ? `$(warning) ${missing}` : safeLabel(entry),
            value: entry,
          }),
        ),
      );
      const placeholder = field.startsWith("allowed")
        ? t("Select what to allow. With no selection, everything is allowed")
        : t("Select what to ignore. With no selection, nothing is ignored");
      const checked = (entry: string) => (entries ?? current).includes(entry);
      const chosen = await pickMany(position, { items, placeholder, checked });
      return chosen === BACK ? BACK : { entries: chosen };
    },
  };
}

function review(guardrail: Guardrail, { field, entries = [] }: Draft): { lines: ReviewLine[]; notes: string[] } {
  const t = vscode.l10n.t;
  if (!field) return { lines: [], notes: [] };
  const { added, removed } = diffLists(guardrail[field] ?? [], entries);
  const line = (value: string): ReviewLine => ({ field, value });
  const lines = [
    ...added.map((entry) => line(t("add {0}", safeLabel(entry)))),
    ...removed.map((entry) => line(t("remove {0}", safeLabel(entry)))),
  ];
  return {
    lines: lines.length ? lines : [line(t("no changes"))],
    notes: entries.length ? [] : [emptyListText(field)],
  };
}
