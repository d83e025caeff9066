import * as vscode from "vscode";
import type { AccountSession } from "../data/accountData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys } from "../platform/ids.ts";
import { logError } from "../platform/logError.ts";
import type { Node } from "../ui/node.ts";
import type { ResourceView } from "../ui/resourceView.ts";
import { type Audits, createAudits } from "./audits.ts";
import { type FindingsFilter, filterText, isFiltered } from "./filter.ts";
import { BATCH_SIZE, findingRows } from "./rows.ts";
import type { SafetySources } from "./sources.ts";
import { badgeOf, messageOf, progressText } from "./viewTexts.ts";

/** What the Key Safety view shows. Loaded when there are keys to check, not when the extension activates. */
export interface SafetyModel extends vscode.Disposable, Pick<Audits, "policy" | "audit"> {
  readonly filter: FindingsFilter;
  setFilter(filter: FindingsFilter): void;
  /** Shows the next batch of a group's rows. */
  showMore(groupId: string): void;
  /** Audits the account in use if what it depends on has changed, and shows the result. Never rejects. */
  update(): Promise<void>;
  roots(session: AccountSession): Promise<Node[]>;
  /** Returns what the view's title says about the filter. */
  note(): string | undefined;
  /** Returns what the view says above its rows. */
  message(session: AccountSession): string | undefined;
}

export function createSafetyModel(sources: SafetySources, view: ResourceView): SafetyModel {
  const { sessions, log, rotations } = sources;
  let filter: FindingsFilter = {};
  let rowCounts = new Map<string, number>();
  let shown = sessions.current;

  const audits = createAudits({ ...sources, waitsForGuardrails: view.isVisible, onDidAudit: show });

  /** The badge is shown even while the view is hidden. */
  function show(): void {
    const audited = audits.newest(sessions.current);
    view.tree.badge = audited && badgeOf(audited);
    view.draw();
  }

  async function update(): Promise<void> {
    const { current } = sessions;
    if (current !== shown) {
      shown = current;
      rowCounts = new Map();
      setFilter({});
      show();
    }
    try {
      if (current) await audits.audit(current);
    } catch (error) {
      void logError(log, "Findings", error);
    }
  }

  function setFilter(next: FindingsFilter): void {
    filter = next;
    setContext(contextKeys.safetyFiltered, isFiltered(filter));
    view.draw();
  }

  const listeners = [audits.policy.onDidChange(update), rotations.onDidChange(update)];

  return {
    policy: audits.policy,
    audit: audits.audit,
    get filter() {
      return filter;
    },
    setFilter,
    showMore(groupId) {
      rowCounts = new Map(rowCounts).set(groupId, (rowCounts.get(groupId) ?? BATCH_SIZE) + BATCH_SIZE);
      view.draw();
    },
    update,
    async roots(session) {
      const audited = await audits.audit(session);
      const visibleRows = (groupId: string) => rowCounts.get(groupId) ?? BATCH_SIZE;
      return audited ? findingRows(session, { audited, filter, visibleRows }) : [];
    },
    note: () => sessions.current && filterText(sessions.current, filter),
    message(session) {
      const audited = audits.newest(session);
      return audited ? messageOf(audited, filter) : progressText(session);
    },
    dispose: () => vscode.Disposable.from(audits, ...listeners).dispose(),
  };
}
