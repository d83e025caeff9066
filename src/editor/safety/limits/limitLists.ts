import * as vscode from "vscode";
import type { Model, Provider } from "../../../openrouter/index.ts";
import type { Sourced } from "../../../openrouter/safety/effectiveRules.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import { mayUse, mayUseModel, type UseAnswer, zdrFieldOf } from "../../../openrouter/safety/mayUse.ts";
import { formatCount, nameComparator } from "../../../openrouter/text/format.ts";
import type { CatalogList, ShownEntry, SourcedLine } from "../../../webview/limits/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { displayLocale } from "../../platform/locale.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import type { CatalogData } from "./catalogData.ts";
import { linksTo, objectionText } from "./objectionTexts.ts";

const count = (value: number) => formatCount(value, displayLocale());

/** Judges a model by its lists, and where zero data retention is required, by its endpoints that have it. */
export function judgeModel(limits: KeyLimits, model: Model, { catalog, zdr }: CatalogData): UseAnswer {
  const own = mayUse(limits, { model }, catalog);
  const isRequired = limits.rules.zdr.some(({ value }) => value === zdrFieldOf(model));
  if (own.verdict === "refused" || !isRequired || !zdr) return own;
  const endpoints = zdr.get(model.id.toLowerCase()) ?? [];
  if (endpoints.length > 0) return mayUseModel(limits, { model, endpoints }, catalog);
  // No endpoint of the model has zero data retention.
  return mayUseModel(limits, { model, endpoints: [{ tag: "-", provider_name: "", isZdr: false }] }, catalog);
}

/** The models of the catalog, and which of them the key may use. */
export function modelList(session: AccountSession, limits: KeyLimits, data: CatalogData | undefined): CatalogList {
  const t = vscode.l10n.t;
  const { allowedModels, ignoredModels, zdr } = limits.rules;
  const listed = [...(allowedModels?.value ?? []), ...ignoredModels.map(({ value }) => value)];
  const models = data?.models;
  const entries = sortedEntries(
    (models ?? []).map((model) =>
      toEntry(session, { id: model.id, name: model.name }, data && judgeModel(limits, model, data)),
    ),
  );
  const from = linksTo(session, [...(allowedModels?.from ?? []), ...sourcesOf(ignoredModels), ...sourcesOf(zdr)]);
  return {
    summary: {
      text: models ? summaryText(entries, "models") : t("The models of the catalog couldn't be loaded."),
      from,
    },
    entries: models ? entries : entriesOfLists(session, allowedModels, ignoredModels),
    notes: [
      ...emptyNote(
        session,
        allowedModels,
        t("The lists of allowed models have nothing in common: no model can be used."),
      ),
      ...(models ? unlistedNote(listed.filter((entry) => !data.catalog.findModel(entry))) : []),
      ...(limits.rules.allowedProviders || limits.rules.ignoredProviders.length > 0
        ? [
            {
              text: t("Only some providers are allowed. Use the form above to see whether one serves a model."),
            },
          ]
        : []),
      ...(zdr.length > 0 && !data?.zdr
        ? [{ text: t("Which endpoints have zero data retention is unknown, so that fewer models may be usable.") }]
        : []),
    ],
  };
}

/** The providers of the catalog, and which of them may serve the key. */
export function providerList(session: AccountSession, limits: KeyLimits, data: CatalogData | undefined): CatalogList {
  const t = vscode.l10n.t;
  const { allowedProviders, ignoredProviders } = limits.rules;
  const listed = [...(allowedProviders?.value ?? []), ...ignoredProviders.map(({ value }) => value)];
  const providers = data?.providers;
  // By its lists alone: which models it may serve depends on more.
  const own = {
    ...limits,
    applied: limits.applied.map((one) => ({ ...one, guardrail: onlyProviders(one.guardrail) })),
  };
  const judge = ({ slug }: Provider) => mayUse(own, { model: { id: "" }, provider: slug }, data?.catalog);
  const entries = sortedEntries(
    (providers ?? []).map((provider) => toEntry(session, { id: provider.slug, name: provider.name }, judge(provider))),
  );
  return {
    summary: {
      text: providers ? summaryText(entries, "providers") : t("The providers of the catalog couldn't be loaded."),
      from: linksTo(session, [...(allowedProviders?.from ?? []), ...sourcesOf(ignoredProviders)]),
    },
    entries: providers ? entries : entriesOfLists(session, allowedProviders, ignoredProviders),
    notes: [
      ...emptyNote(
        session,
        allowedProviders,
        t("The lists of allowed providers have nothing in common: no provider can be used."),
      ),
      ...(providers ? unlistedNote(listed.filter((entry) => !data.catalog.findProvider(entry))) : []),
    ],
  };
}

function onlyProviders<T extends object>(guardrail: T): T {
  return { ...guardrail, allowed_models: null, ignored_models: null, ...noZdr };
}

const noZdr = {
  ...{ enforce_zdr: null, enforce_zdr_anthropic: null, enforce_zdr_openai: null },
  ...{ enforce_zdr_google: null, enforce_zdr_xai: null, enforce_zdr_other: null },
};

function toEntry(session: AccountSession, { id, name }: { id: string; name: string }, answer?: UseAnswer): ShownEntry {
  const shown = { id: safeLabel(id), name: safeLabel(name || id), verdict: answer?.verdict ?? ("unknown" as const) };
  if (!answer?.objections.length) return shown;
  const { objections } = answer;
  const text = [...new Set(objections.map(objectionText))].join(" ");
  return {
    ...shown,
    reason: text,
    from: linksTo(
      session,
      objections.map(({ guardrail }) => guardrail),
    ),
  };
}

/** Without the catalog, the lists are shown as they are. */
function entriesOfLists(
  session: AccountSession,
  allowed: Sourced<readonly string[]> | undefined,
  ignored: readonly Sourced<string>[],
): ShownEntry[] {
  const entry = (id: string, verdict: ShownEntry["verdict"], from: Sourced<unknown>["from"]) => ({
    ...{ id: safeLabel(id), name: safeLabel(id), verdict },
    from: linksTo(session, from),
  });
  return [
    ...(allowed?.value ?? []).map((id) => entry(id, "allowed", allowed!.from)),
    ...ignored.map(({ value, from }) => entry(value, "refused", from)),
  ];
}

function sortedEntries(entries: ShownEntry[]): ShownEntry[] {
  const order = nameComparator(displayLocale());
  return entries.sort((a, b) => order(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

function summaryText(entries: readonly ShownEntry[], kind: "models" | "providers"): string {
  const t = vscode.l10n.t;
  const having = (verdict: ShownEntry["verdict"]) => entries.filter((one) => one.verdict === verdict).length;
  const [allowed, unknown, all] = [having("allowed"), having("unknown"), entries.length];
  const texts = {
    models: {
      all: t("All {0} models of the catalog are allowed.", count(all)),
      some: t("{0} of {1} models of the catalog are allowed.", count(allowed), count(all)),
    },
    providers: {
      all: t("All {0} providers are allowed.", count(all)),
      some: t("{0} of {1} providers are allowed.", count(allowed), count(all)),
    },
  }[kind];
  const text = allowed === all ? texts.all : texts.some;
  return unknown > 0 ? `${text} ${t("Unknown: {0}.", count(unknown))}` : text;
}

function emptyNote(session: AccountSession, list: Sourced<readonly string[]> | undefined, text: string): SourcedLine[] {
  return list?.value.length === 0 ? [{ text, from: linksTo(session, list.from) }] : [];
}

function unlistedNote(entries: readonly string[]): SourcedLine[] {
  const names = [...new Set(entries)].map(safeLabel);
  if (names.length === 0) return [];
  return [{ text: vscode.l10n.t("In the guardrails' lists, but not in the catalog: {0}", joinFirst(names)) }];
}

const sourcesOf = (list: readonly Sourced<unknown>[]) => list.flatMap(({ from }) => from);
