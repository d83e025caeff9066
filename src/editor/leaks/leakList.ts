import * as vscode from "vscode";
import type { SweepResult } from "../../leaks/model.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { createFilter, type FalseAlarms } from "./falseAlarms.ts";
import type { Leak } from "./leak.ts";

/** The result of the last search. */
export interface LeakSearch extends Omit<SweepResult, "secrets"> {
  readonly leaks: readonly Leak[];
  readonly at: Date;
  /** Names of workspace folders that aren't on this computer and so weren't searched. */
  readonly notSearched: readonly string[];
  /** False if the user's management keys couldn't be read, so that one of them may be among the leaks. */
  readonly isCompared: boolean;
  /** False if the workspace isn't trusted, so that its Git history wasn't searched. */
  readonly withHistory: boolean;
}

/** Holds the result of the last search. */
export interface LeakList extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The result without false alarms. */
  readonly current: (LeakSearch & { /** Secrets that are left out. */ falseAlarms: number }) | undefined;
  /** A leak with all its places, false alarms included. */
  find(id: string): Leak | undefined;
  set(search: LeakSearch | undefined): void;
  /** Changes leaks by their ids, if the result still contains them; removes those that have no place left. */
  update(changes: ReadonlyMap<string, Partial<Omit<Leak, "id" | "secret">>>): void;
  /** Sets whose management keys the secrets are. */
  compare(managementOf: (secret: string) => NamedAccount | undefined): void;
  /** Leaves out the false alarms of now. */
  refilter(): void;
}

export function createLeakList(falseAlarms: FalseAlarms): LeakList {
  const changed = new vscode.EventEmitter<void>();
  let all: LeakSearch | undefined;
  let current: LeakList["current"];
  let filter = createFilter(falseAlarms);

  function show(search: LeakSearch | undefined): void {
    all = search;
    const leaks = search?.leaks.flatMap((leak) => {
      const places = filter(leak);
      return places.length > 0 ? [{ ...leak, places }] : [];
    });
    current = search && leaks && { ...search, leaks, falseAlarms: search.leaks.length - leaks.length };
    changed.fire();
  }

  function set(search: LeakSearch | undefined): void {
    filter = createFilter(falseAlarms);
    show(search);
  }

  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    find: (id) => all?.leaks.find((leak) => leak.id === id),
    set,
    update(changes) {
      if (!all?.leaks.some(({ id }) => changes.has(id))) return;
      const leaks = all.leaks.map((leak) => ({ ...leak, ...changes.get(leak.id) }));
      show({ ...all, leaks: leaks.filter(({ places }) => places.length > 0) });
    },
    compare(managementOf) {
      if (!all) return;
      const leaks = all.leaks.map((leak) => ({ ...leak, managementOf: managementOf(leak.secret.reveal()) }));
      show({ ...all, leaks, isCompared: true });
    },
    refilter: () => set(all),
    dispose: () => changed.dispose(),
  };
}
