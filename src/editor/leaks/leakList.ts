import * as vscode from "vscode";
import type { LeakPlace, SweepResult } from "../../leaks/model.ts";
import type { FoundKeyAnswer } from "../../openrouter/keys/askFoundKeys.ts";
import type { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import type { NamedAccount } from "../platform/accountText.ts";

/** A secret that was found, and what is known about it. Only in memory: closing the window forgets it. */
export interface Leak {
  /** Unique in this window, and independent of the secret. */
  readonly id: string;
  readonly secret: MaskedSecret;
  readonly places: readonly LeakPlace[];
  /** What OpenRouter said about it, and when. */
  readonly answer?: FoundKeyAnswer & { at: Date };
  /** The stored account whose management key it is. */
  readonly managementOf?: NamedAccount;
}

/** The result of the last search. */
export interface LeakSearch extends Omit<SweepResult, "secrets"> {
  readonly leaks: readonly Leak[];
  readonly at: Date;
  /** Names of workspace folders that aren't on this computer and so weren't searched. */
  readonly notSearched: readonly string[];
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
  /** Changes a leak, if the result still contains it; removes it if it has no place left. */
  update(id: string, change: Partial<Omit<Leak, "id" | "secret">>): void;
  /** Leaves out the false alarms of now. */
  refilter(): void;
}

/** @param isFalseAlarm true if a secret is no leak at a place */
export function createLeakList(isFalseAlarm: (secret: MaskedSecret, place: LeakPlace) => boolean): LeakList {
  const changed = new vscode.EventEmitter<void>();
  let all: LeakSearch | undefined;
  let current: LeakList["current"];

  function set(search: LeakSearch | undefined): void {
    all = search;
    const leaks = search?.leaks.flatMap((leak) => {
      const places = leak.places.filter((place) => !isFalseAlarm(leak.secret, place));
      return places.length > 0 ? [{ ...leak, places }] : [];
    });
    current = search && leaks && { ...search, leaks, falseAlarms: search.leaks.length - leaks.length };
    changed.fire();
  }

  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    find: (id) => all?.leaks.find((leak) => leak.id === id),
    set,
    update(id, change) {
      if (!all?.leaks.some((leak) => leak.id === id)) return;
      const leaks = all.leaks.map((leak) => (leak.id === id ? { ...leak, ...change } : leak));
      set({ ...all, leaks: leaks.filter(({ places }) => places.length > 0) });
    },
    refilter: () => set(all),
    dispose: () => changed.dispose(),
  };
}
