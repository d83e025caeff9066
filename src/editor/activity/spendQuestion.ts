import * as vscode from "vscode";
import {
  type Dimension,
  type Figures,
  type Metric,
  metricValue,
  type SpendTable,
} from "../../openrouter/spend/model.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import type { AskedFigure } from "../../webview/protocol.ts";
import { type ActivityState, currentDimension, viewOf } from "../../webview/state.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { chatQuestion } from "../platform/chatQuestion.ts";
import { joinFirst, quoted } from "../platform/quoted.ts";
import { chooseTools } from "./chooseTools.ts";

/** What a figure is limited to; the id null stands for unattributed spend. */
export interface FigureFilter {
  dimension: Dimension;
  ids: readonly (string | null)[];
  name: string;
}

/** Names more keys of a filter by count only. */
const MAX_HASHES = 3;

/**
 * Words a question about a figure of the chart: a day or hour, a group, or everything shown.
 * @returns undefined if the table no longer contains the figure
 */
export function spendQuestion(
  account: NamedAccount,
  table: SpendTable,
  state: ActivityState,
  picked: AskedFigure,
): string | undefined {
  const t = vscode.l10n.t;
  const { current } = viewOf(table, state);
  const figures = figuresOf(current, picked);
  const buckets = picked.bucket === undefined ? current.buckets.filter((one) => one <= table.current) : [picked.bucket];
  if (!figures || buckets.length === 0) return undefined;
  const group = picked.group && { dimension: currentDimension(state), id: picked.group.id, name: picked.group.name };
  const steps = state.path.flatMap((step) => ("dimension" in step ? [step] : []));
  const single = [...steps, ...(group ? [group] : [])].map(({ id, ...one }) => ({ ...one, ids: [id] }));
  const filters: FigureFilter[] = [...state.scopes, ...single];
  return chatQuestion(account, [
    t("OpenRouter spend in {0} (UTC): {1}.", periodText(buckets), figureText(figures, state.metric)),
    ...(filters.length > 0 ? [t("Only {0}.", filters.map(filterText).join(", "))] : []),
    t("What makes up this figure? Check it with tools, by model, key and provider."),
    ...toolSentences(chooseTools(table, buckets, filters), state.metric),
  ]);
}

function figuresOf(
  { buckets, byBucket, groups, total }: ReturnType<typeof viewOf>["current"],
  { bucket, group }: AskedFigure,
) {
  if (bucket !== undefined) return byBucket[buckets.indexOf(bucket)];
  return group ? groups.find(({ id }) => id === group.id)?.figures : total;
}

function periodText(buckets: readonly string[]): string {
  const [first = "", last = ""] = [buckets[0], buckets.at(-1)].map((bucket) => bucket?.replace(/T(\d\d)$/, " $1:00"));
  return first === last ? first : vscode.l10n.t("{0} to {1}", first, last);
}

/** Not rounded, and without a format that a model could misread. */
function figureText(figures: Figures, metric: Metric): string {
  const t = vscode.l10n.t;
  const value = String(dropFloatNoise(metricValue(figures, metric)));
  if (metric === "requests") return t("{0} requests", value);
  if (metric === "tokens") return t("{0} tokens", value);
  return t("{0} USD, including {1} USD BYOK", value, String(dropFloatNoise(figures.byok_cost)));
}

export function filterText({ dimension, ids, name }: FigureFilter): string {
  const t = vscode.l10n.t;
  if (ids.length === 1 && ids[0] === null)
    return {
      key: t("spend without a key"),
      model: t("spend without a model"),
      provider: t("spend without a provider"),
      workspace: t("spend without a workspace"),
    }[dimension];
  const shown = quoted(name);
  const known = ids.filter((id) => id !== null);
  switch (dimension) {
    case "key":
      return t("the key {0} (hash {1})", shown, joinFirst(known, MAX_HASHES));
    case "model":
      return t("the model {0}", shown);
    case "provider":
      return t("the provider {0}", shown);
    case "workspace":
      return t("the workspace {0} (id {1})", shown, joinFirst(known, MAX_HASHES));
  }
}

function toolSentences(
  { day, key, activity, today, analytics, explain }: ReturnType<typeof chooseTools>,
  metric: Metric,
): string[] {
  const t = vscode.l10n.t;
  const args = [day && `date=${day}`, key && `api_key_hash=${key}`].filter(Boolean).join(", ");
  return [
    ...(activity ? [args ? t("Completed days: or_activity ({0}).", args) : t("Completed days: or_activity.")] : []),
    ...(today ? [t("Today: or_overview; a single key: or_key_get (usage_daily).")] : []),
    ...(analytics ? [t("Hours, workspaces and days before the last 30: or_analytics_query, if it is available.")] : []),
    ...(explain && metric === "cost"
      ? [t("Why it changed: or_explain_change ({0}), if it is available.", explainArguments(explain, key))]
      : []),
  ];
}

/** A day is compared with the usual of its weekday, a longer period with the one before. */
function explainArguments({ from, to }: { from: string; to: string }, key: string | undefined): string {
  const period = from === to ? [`day=${from}`] : [`after_from=${from}`, `after_to=${to}`];
  return [...period, ...(key ? [`api_key_hash=${key}`] : [])].join(", ");
}
