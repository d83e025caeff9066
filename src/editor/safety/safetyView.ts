import * as vscode from "vscode";
import { followData } from "../data/followData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import type { FindingsFilter } from "./filter.ts";
import type { Findings } from "./findings.ts";
import type { SafetySources } from "./sources.ts";

/** The Key Safety view as seen by its commands. */
export interface SafetyView extends ResourceView {
  readonly filter: FindingsFilter;
  setFilter(filter: FindingsFilter): void;
  /** Shows the next batch of a rule's rows. */
  showMore(groupId: string): void;
  /** The findings that the view shows; loaded with the first use. */
  findings(): Promise<Findings>;
}

const BATCH_SIZE = 200;

/**
 * Creates the view of findings by rule. It loads keys and guardrails while it is visible. For the badge, it also checks keys
 * that other views have loaded.
 */
export function createSafetyView(options: SafetySources): SafetyView {
  const { sessions } = options;
  let filter: FindingsFilter = {};
  let rowCounts = new Map<string, number>();
  let loading: Promise<Findings> | undefined;
  let findings: Findings | undefined;

  const view = createResourceView(sessions, {
    id: viewIds.safety,
    stateKey: contextKeys.safetyState,
    canSelectMany: true,
    resources: ({ keys, guardrails }) => [keys, guardrails],
    lookups: ({ members }) => [members],
    emptyState({ data: { keys } }) {
      return keys.current?.value.keys.length ? undefined : "empty";
    },
    note: () => findings?.filterNote(sessions.current, filter),
    message: (session) => findings?.message(session, filter),
    async roots(session) {
      const [{ findingRows }, model] = await Promise.all([import("./rows.ts"), load()]);
      const audited = await model.audit(session);
      if (!audited) return [];
      const visibleRows = (groupId: string) => rowCounts.get(groupId) ?? BATCH_SIZE;
      return findingRows(session, { audited, filter, visibleRows });
    },
  });

  /** Loaded when there are keys to check, not at activation. */
  function load(): Promise<Findings> {
    loading ??= import("./findings.ts").then(({ createFindings }) => {
      findings = createFindings({ ...options, isVisible: () => view.tree.visible, onDidChange: show });
      return findings;
    });
    return loading;
  }

  /** Shows the badge, also while the view is hidden. */
  function show(): void {
    view.tree.badge = findings?.badge(sessions.current);
    view.draw();
  }

  let session = sessions.current;
  const follow = followData(
    sessions,
    ({ keys, guardrails }) => [keys, guardrails],
    (current) => {
      if (current !== session) {
        session = current;
        rowCounts = new Map();
        setFilter({});
        view.tree.badge = undefined;
      }
      if (!view.tree.visible && current?.data.keys.current?.complete) void load().then((model) => model.audit(current));
    },
  );

  function setFilter(next: FindingsFilter): void {
    filter = next;
    setContext(
      contextKeys.safetyFiltered,
      Object.values(filter).some((one) => one !== undefined),
    );
    view.draw();
  }

  return {
    ...view,
    get filter() {
      return filter;
    },
    setFilter,
    showMore(groupId) {
      rowCounts = new Map(rowCounts).set(groupId, (rowCounts.get(groupId) ?? BATCH_SIZE) + BATCH_SIZE);
      view.draw();
    },
    findings: load,
    dispose: () => vscode.Disposable.from(view, follow, { dispose: () => findings?.dispose() }).dispose(),
  };
}
