import { type Group, topGroups } from "../openrouter/spend/model.ts";
import { dropFloatNoise } from "../openrouter/text/figures.ts";
import { groupName, othersName } from "./labels.ts";
import { type Fill, otherFill, seriesFill, type Theme, unattributedFill } from "./palette.ts";
import { seriesCount, type Top } from "./seriesCount.ts";

/** A series of the chart, with its color and legend entry. */
export interface Series {
  /** Identifies the series: `id:` and the group's id, "other" or "unattributed". */
  key: string;
  name: string;
  /** The group to drill into; undefined for the series "others". */
  group: Group | undefined;
  values: number[];
  fill: Fill;
}

/** Returns the sum of a series' values. */
export function seriesTotal({ values }: Pick<Series, "values">): number {
  return dropFloatNoise(values.reduce((sum, value) => sum + value, 0));
}

/** Returns the largest groups, each in its own color, then the sum of the others, then unattributed spend. */
export function seriesOf(groups: readonly Group[], count: Top, theme: Theme): Series[] {
  const { top, other, unattributed } = topGroups(groups, seriesCount(groups, count));
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
            name: othersName(other.count),
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
