// The filters that the panel was opened with, and the steps of the drill-down as breadcrumbs.
import { t } from "@vscode/l10n";
import { fill, h } from "./dom.ts";
import { bucketName, dimensionName, groupName, rangeName } from "./labels.ts";
import { MAX_TABLE_NAME, shortNames } from "./shortNames.ts";
import type { ActivityState, DrillStep, ScopeFilter } from "./state.ts";

export interface BreadcrumbOptions {
  state: ActivityState;
  locale: string;
  /** The first breadcrumb. Default: the range. */
  start?: string;
  onBackTo(steps: number): void;
  onRemoveScope(scope: ScopeFilter): void;
}

export function drawBreadcrumbs(
  nav: HTMLElement,
  { state, locale, start, onBackTo, onRemoveScope }: BreadcrumbOptions,
): void {
  const { path, scopes } = state;
  const chips = scopes.map((scope) => {
    const name = `${dimensionName(scope.dimension)}: ${scope.name}`;
    const remove = h(
      "button",
      { type: "button", "aria-label": t("Remove filter {0}", name), on: { click: () => onRemoveScope(scope) } },
      "✕",
    );
    return h("li", { class: "chip", title: name }, h("span", {}, ...shortNames([name], MAX_TABLE_NAME)), remove);
  });
  const steps = [
    start ?? rangeName(state.range),
    ...path.map((step) => stepName(step, locale)),
    ...(state.explain ? [t("Explanation")] : []),
  ];
  const crumbs =
    steps.length === 1
      ? []
      : steps.map((name, i) =>
          i === steps.length - 1
            ? h("li", { class: "crumb", "aria-current": "location" }, name)
            : h(
                "li",
                { class: "crumb" },
                h("button", { type: "button", "data-id": `back-${i}`, on: { click: () => onBackTo(i) } }, name),
              ),
        );
  nav.hidden = chips.length + crumbs.length === 0;
  fill(nav, chips.length > 0 && h("ul", {}, ...chips), crumbs.length > 0 && h("ol", {}, ...crumbs));
}

function stepName(step: DrillStep, locale: string): string {
  return "bucket" in step ? bucketName(step.bucket, locale, "long") : shortNames([groupName(step)], MAX_TABLE_NAME)[0]!;
}
