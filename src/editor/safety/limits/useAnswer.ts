import * as vscode from "vscode";
import { listModelEndpoints } from "../../../openrouter/index.ts";
import { answerUse, type KeyUseAnswer } from "../../../openrouter/safety/answerUse.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import type { EndpointAnswer, Objection } from "../../../openrouter/safety/mayUse.ts";
import type { EndpointFacts } from "../../../openrouter/safety/slugs.ts";
import { formatCount } from "../../../openrouter/text/format.ts";
import type { ShownAnswer, SourcedLine } from "../../../webview/limits/protocol.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { statusText } from "../../keys/keyText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import type { CatalogData } from "./catalogData.ts";
import { useConditions } from "./limitRules.ts";
import { exactResetText, gapText, sourceText } from "./limitTexts.ts";
import { linksTo, objectionText } from "./objectionTexts.ts";

/** The question of the page's form, as a person typed it. An empty provider means any. */
export interface AskedUse {
  model: string;
  provider: string;
}

/** Answers "May this key use model M at provider P?". `GET /models/{author}/{slug}/endpoints` */
export async function answerAskedUse(
  session: AccountSession,
  limits: KeyLimits,
  { catalog, models, zdr }: CatalogData,
  asked: AskedUse,
  signal: AbortSignal,
): Promise<ShownAnswer> {
  const t = vscode.l10n.t;
  const none = (headline: string): ShownAnswer => ({ verdict: "unknown", headline, reasons: [], endpoints: [] });
  const model = catalog.findModel(asked.model) ?? (models ? undefined : { id: asked.model.trim() });
  if (!model) return none(t("OpenRouter's catalog has no model {0}.", quoted(asked.model.trim())));
  const provider = asked.provider.trim();
  const isKnown = !provider || catalog.findProvider(provider) || catalog.providers.length === 0;
  if (!isKnown) return none(t("OpenRouter's catalog has no provider {0}.", quoted(provider)));
  const [author = "", slug = ""] = model.id.split(/\/(.*)/s);
  const read = await readEndpoints();
  const answer = answerUse(limits, { model, provider: provider || undefined, endpoints: read }, catalog);
  const { verdict, objections } = answer;
  const providerName = quoted(catalog.findProvider(provider)?.name ?? provider);
  if (answer.isUnserved)
    return {
      ...none(t("No: {0} doesn't serve this model.", providerName)),
      verdict,
      reasons: [{ text: t("It is served by {0}.", providersOf(read!)) }, ...blockerLines(session, limits, answer)],
    };
  return {
    verdict,
    headline: headline(answer),
    reasons: [
      ...blockerLines(session, limits, answer),
      ...(verdict === "allowed" ? [] : objections.map((one) => toLine(session, one))).filter(isFirst),
      ...missingLines(answer, providerName),
      ...(verdict === "refused" ? [] : useConditions(session, limits)),
      ...(read ? [] : [{ text: t("The model's endpoints couldn't be loaded, so only the lists were compared.") }]),
      ...(read?.length === 0
        ? [{ text: t("OpenRouter lists no provider for this model, as for a router, which chooses other models.") }]
        : []),
      ...limits.gaps.filter((gap) => gap === "workspaces").map((gap) => ({ text: gapText(gap) })),
    ],
    endpoints: answer.endpoints.map((one) => shownEndpoint(session, one)),
  };

  async function readEndpoints(): Promise<EndpointFacts[] | undefined> {
    try {
      const { endpoints } = await listModelEndpoints(session.client, author, slug, { signal });
      const withZdr = zdr && new Set(zdr.get(model!.id.toLowerCase())?.map(({ tag }) => tag));
      return endpoints.data.map((one) => ({ ...one, isZdr: withZdr?.has(one.tag) }));
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }
}

function headline({ verdict, isBlocked, endpoints }: KeyUseAnswer): string {
  const t = vscode.l10n.t;
  const count = (value: number) => formatCount(value, displayLocale());
  const allowed = endpoints.filter((one) => one.verdict === "allowed").length;
  if (isBlocked) return t("No, not now.");
  if (verdict === "refused") return t("No.");
  if (verdict === "unknown") return t("Unknown.");
  if (endpoints.length < 2 || allowed === endpoints.length) return t("Yes.");
  return t("Yes, at {0} of {1} endpoints.", count(allowed), count(endpoints.length));
}

/** What stops every request of the key, or may stop it. */
function blockerLines(
  session: AccountSession,
  { key, status }: KeyLimits,
  { usedUp }: Pick<KeyUseAnswer, "usedUp">,
): SourcedLine[] {
  const t = vscode.l10n.t;
  return [
    ...(status === "active"
      ? []
      : [{ text: t("The key is {0}: OpenRouter refuses its requests.", statusText(status)) }]),
    ...usedUp.map((budget) => ({
      text: [
        t("Used up: {0}", sourceText(session, budget, key)),
        exactResetText(budget),
        ...(budget.isCertain ? [] : [t("May not apply to this key.")]),
      ].join(" · "),
      from: budget.source.kind === "guardrail" ? linksTo(session, [budget.source.from]) : [],
    })),
  ];
}

function missingLines({ missing }: KeyUseAnswer, provider: string): SourcedLine[] {
  const t = vscode.l10n.t;
  if (missing === "service") return [{ text: t("Whether {0} serves the model is unknown.", provider) }];
  if (missing !== "rules") return [];
  const text = t(
    "A guardrail limits the providers or requires zero data retention; whether an endpoint of the model meets that is unknown.",
  );
  return [{ text }];
}

const providersOf = (endpoints: readonly EndpointFacts[]) =>
  [...new Set(endpoints.map((one) => one.provider_name))].map(safeLabel).join(", ");

function toLine(session: AccountSession, objection: Objection): SourcedLine {
  return { text: objectionText(objection), from: linksTo(session, [objection.guardrail]) };
}

/** The same objection may hold for several endpoints. */
function isFirst(line: SourcedLine, i: number, all: readonly SourcedLine[]): boolean {
  const id = ({ text, from }: SourcedLine) => JSON.stringify([text, from]);
  return all.findIndex((other) => id(other) === id(line)) === i;
}

function shownEndpoint(session: AccountSession, answer: EndpointAnswer): ShownAnswer["endpoints"][number] {
  const { endpoint, verdict, objections } = answer;
  const { provider_name, tag } = endpoint;
  // A tag with more than the provider tells its endpoints apart.
  const name = tag.includes("/") ? `${provider_name} (${tag})` : provider_name;
  if (objections.length === 0) return { name: safeLabel(name), verdict };
  const reason = [...new Set(objections.map(objectionText))].join(" ");
  return {
    name: safeLabel(name),
    verdict,
    reason,
    from: linksTo(
      session,
      objections.map(({ guardrail }) => guardrail),
    ),
  };
}
