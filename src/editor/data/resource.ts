import * as vscode from "vscode";
import { RateLimitError } from "../../openrouter/errors.ts";
import type { RequestOptions } from "../../openrouter/index.ts";
import { type Connection, type OpenConnection, stateAfter } from "../account/connection.ts";
import { errorText } from "../platform/errorText.ts";
import type { AccountSource, ContextKey, ViewState } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";

/** Something read from the account, kept with the time of its reading and with what went wrong since. */
export interface Resource<T> extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The last that was read; it outlives a failed refresh. */
  readonly current: Reading<T> | undefined;
  /** Why the newest refresh failed. */
  readonly failure: string | undefined;
  readonly failedAt: Date | undefined;
  readonly loading: boolean;
  /** When the API may be asked again, after it said that it was asked too often. */
  readonly notBefore: Date | undefined;
  /** Reads again; `fresh` asks the API and not the client's cache. Never rejects: what fails is shown where the figures stand. */
  load(options?: { fresh?: boolean }): Promise<void>;
  /** Reads, as `load` does, if nothing was read yet or not in the last `maxAgeMs`. */
  ensure(maxAgeMs?: number, options?: { fresh?: boolean }): Promise<void>;
  /** What was read may no longer be so: the next `ensure` reads again, from the API. */
  outdate(): void;
  /** Takes over what a write of ours changed, also into a reading that is under way. */
  change(update: (value: T) => T): void;
}

export interface Reading<T> {
  value: T;
  source: AccountSource;
  readAt: Date;
  /** False while the rest is still coming in. */
  complete: boolean;
}

export interface ReadOptions<T> extends RequestOptions {
  signal: AbortSignal;
  /** Shows what has come so far, where there is nothing older to show. */
  partial(value: T): void;
}

type Read<T> = (open: OpenConnection, options: ReadOptions<T>) => Promise<T>;

const RATE_LIMIT_MS = 60_000;

/** @param name for the log; @param stateKey the context key that the view's welcome contents follow */
export function createResource<T>(
  { name, stateKey }: { name: string; stateKey?: ContextKey },
  connection: Connection,
  log: Log,
  read: Read<T>,
): Resource<T> {
  const changed = new vscode.EventEmitter<void>();
  let current: Reading<T> | undefined;
  let failure: string | undefined;
  let failedAt: Date | undefined;
  let notBefore: Date | undefined;
  let under: { controller: AbortController; done: Promise<void> } | undefined;
  let outdated = false;
  let ownChanges: ((value: T) => T)[] = [];

  const report = (state: ViewState) => {
    if (stateKey) connection.report(stateKey, state);
  };
  const withOwn = (value: T) => ownChanges.reduce((changing, update) => update(changing), value);

  /** The newest load wins: one that it overtakes is aborted, and what it ends with is of no account. */
  async function run(controller: AbortController, fresh: boolean): Promise<void> {
    const { signal } = controller;
    const before = current;
    if (!before) report("loading");
    try {
      const open = await connection.open();
      const keep = (value: T, complete: boolean) => {
        if (signal.aborted || !open) return;
        current = { value: withOwn(value), source: open.source, readAt: new Date(), complete };
        report("ready");
      };
      const partial = (value: T) => {
        if (before || signal.aborted) return;
        keep(value, false);
        changed.fire();
      };
      if (open) keep(await read(open, { signal, fresh, partial }), true);
      if (signal.aborted) return;
      if (!open) {
        current = undefined;
        report("signedOut");
      }
      failure = undefined;
      failedAt = undefined;
      notBefore = undefined;
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
    }
    under = undefined;
    changed.fire();
  }

  function failed(error: unknown): void {
    failure = errorText(error);
    failedAt = new Date();
    log.error(`${name}: ${failure}`);
    if (error instanceof RateLimitError) notBefore = error.retryAt ?? new Date(Date.now() + RATE_LIMIT_MS);
    const state = stateAfter(error);
    if (state === "wrongKey") current = undefined;
    if (!current) report(state);
  }

  function load(options: { fresh?: boolean } = {}): Promise<void> {
    under?.controller.abort();
    ownChanges = [];
    outdated = false;
    const controller = new AbortController();
    const done = run(controller, options.fresh ?? false);
    under = { controller, done };
    changed.fire();
    return done;
  }

  function forget(): void {
    under?.controller.abort();
    under = undefined;
    current = undefined;
    failure = undefined;
    failedAt = undefined;
    notBefore = undefined;
    ownChanges = [];
    report("loading");
    changed.fire();
  }

  const listener = connection.onDidChange(forget);
  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    get failure() {
      return failure;
    },
    get failedAt() {
      return failedAt;
    },
    get loading() {
      return under !== undefined;
    },
    get notBefore() {
      return notBefore;
    },
    load,
    async ensure(maxAgeMs = Number.POSITIVE_INFINITY, options = {}) {
      if (under) return under.done;
      if (current && notBefore && notBefore.getTime() > Date.now()) return;
      if (outdated) return load({ fresh: true });
      const old = !current || Date.now() - current.readAt.getTime() > maxAgeMs;
      if (old) await load(options);
    },
    outdate() {
      outdated = true;
    },
    change(update) {
      if (under) ownChanges.push(update);
      if (!current) return;
      current = { ...current, value: update(current.value) };
      changed.fire();
    },
    dispose() {
      under?.controller.abort();
      listener.dispose();
      changed.dispose();
    },
  };
}
