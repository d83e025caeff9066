import { t } from "@vscode/l10n";
import { type Group, topGroups } from "../openrouter/spend/model.ts";
import { groupName } from "./labels.ts";
import { type Fill, otherFill, seriesFill, type Theme, unattributedFill } from "./palette.ts";

/** A colour in the chart and an entry of the legend. */
export interface Series {
  /** For the legend: that of a group, or one of the two that are none. */
  key: string;
  name: string;
  /** The group that can be gone into; undefined for the others together. */
  group: Group | undefined;
  values: number[];
  fill: Fill;
}

/** The largest groups in colours of their own, the others together, then what is unattributed. */
export function seriesOf(groups: readonly Group[], most: number, theme: Theme): Series[] {
  const { top, other, unattributed } = topGroups(groups, most);
  return [
    ...top.map((group, i) => ({
      key: `id:${group.id}`,
      name: groupName(group),
      group,
      values: group.values,
      fill: seriesFill(theme, i),
    })),
    ...(other
      ? [
          {
            key: "other",
            name: t("{0} others", other.count),
            group: undefined,
            values: other.values,
            fill: otherFill(theme),
          },
        ]
      : []),
    ...(unattributed
      ? [
          {
            key: "unattributed",
            name: groupName(unattributed),
            group: unattributed,
            values: unattributed.values,
            fill: unattributedFill(theme),
          },
        ]
      : []),
  ];
}
