import { t } from "@vscode/l10n";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { bucketName, dimensionName, groupName } from "./labels.ts";
import type { ActivityState, View } from "./state.ts";
import { bucketRows, groupRows, knownFigures, knownMeasures, type TableRow } from "./tableRows.ts";

export interface ChartTable {
  /** True if the table can show days or hours instead of groups. */
  isOverTime: boolean;
  /** The header of days or hours. */
  bucketHeader: string;
  caption: string;
  rowHeader: string;
  rows: TableRow[];
  total: TableRow["figures"];
}

/** Returns the figures of a chart as table rows: its groups, or its days or hours. */
export function chartTable(view: View, spend: SpendTable, state: ActivityState, locale: string): ChartTable {
  const { metric } = state;
  const isOverTime = view.bucket === undefined && spend.buckets.length > 1;
  const byBucket = isOverTime && state.rows === "buckets";
  const known = knownMeasures(spend, view.query.from!, view.query.to!);
  const bucketHeader = spend.unit === "hour" ? t("Hour (UTC)") : t("Day (UTC)");
  const bucketText = (bucket: string) => {
    const name = bucketName(bucket, locale, "long");
    return bucket === spend.current ? t("{0}, so far", name) : name;
  };
  return {
    isOverTime,
    bucketHeader,
    caption: byBucket ? t("Spend over time") : t("Spend by {0}", dimensionName(view.dimension)),
    rowHeader: byBucket ? bucketHeader : dimensionName(view.dimension),
    rows: byBucket
      ? bucketRows(view.current, spend, metric, bucketText)
      : groupRows(view.current, known, metric, groupName),
    total: knownFigures(view.current.total, known),
  };
}
