import type * as vscode from "vscode";
import { RateLimitError } from "../../openrouter/errors.ts";
import type { RequestOptions } from "../../openrouter/index.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { Log } from "../platform/log.ts";
import type { RefreshablePart } from "../platform/wing.ts";
import { isDue } from "./isDue.ts";

/** Something read from the account, kept with the time of its reading and with what went wrong since. */
export interface Resource<T> extends RefreshablePart, vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The last that was read; it outlives a failed refresh. */
  readonly current: Snapshot<T> | undefined;
  /** Why the newest refresh failed. */
  readonly error: unknown;
  /** The same, for people. */
  readonly failure: string | undefined;
  readonly errorAt: Date | undefined;
  readonly loading: boolean;
  /** When the API may be asked again, after it said that it was asked too often. */
  readonly notBefore: Date | undefined;
  /** Reads again; `fresh` asks the API and not the client's cache. Never rejects: what fails is shown where the figures stand. */
  load(options?: { fresh?: boolean }): Promise<void>;
  /** Reads, as `load` does, if nothing was read yet or not in the last `maxAgeMs`. */
  ensure(maxAgeMs?: number, options?: { fresh?: boolean }): Promise<void>;
  /** Takes over what a write of ours changed, also into a reading that is under way. */
  change(update: (value: T) => T): void;
}

export interface Snapshot<T> {
  value: T;
  readAt: Date;
  /** False while the rest is still coming in. */
  complete: boolean;
}

export interface ReadOptions<T> extends RequestOptions {
  signal: AbortSignal;
  /** Shows what has come so far, where there is nothing older to show. */
  partial(value: T): void;
}

interface ResourceOptions<T> {
  /** For the log. */
  name: string;
  read(options: ReadOptions<T>): Promise<T>;
}

/** What resources use of the editor. */
export interface ResourceHost {
  log: Pick<Log, "error">;
  /** An error in the reader's language. */
  errorText(error: unknown): string;
  createEmitter(): Pick<vscode.EventEmitter<void>, "event" | "fire" | "dispose">;
}

const RATE_LIMIT_MS = 60_000;

/** @param lifetime of the account's session: once it is aborted, nothing changes any more */
export function createResource<T>(
  options: ResourceOptions<T>,
  lifetime: AbortSignal,
  { log, errorText, createEmitter }: ResourceHost,
): Resource<T> {
  const changed = createEmitter();
  let current: Snapshot<T> | undefined;
  let error: unknown;
  let errorAt: Date | undefined;
  let notBefore: Date | undefined;
  let inFlight: { controller: AbortController; done: Promise<void> } | undefined;
  let ownChanges: ((value: T) => T)[] = [];

  const withOwn = (value: T) => ownChanges.reduce((changing, update) => update(changing), value);

  /** The newest load wins: superseded loads are aborted and their results ignored. */
  async function run({ signal }: AbortController, fresh: boolean): Promise<void> {
    const before = current;
    const isOver = () => signal.aborted || lifetime.aborted;
    const keep = (value: T, complete: boolean) => {
      current = { value: withOwn(value), readAt: new Date(), complete };
    };
    const partial = (value: T) => {
      if (before || isOver()) return;
      keep(value, false);
      changed.fire();
    };
    try {
      const value = await options.read({ signal, fresh, partial });
      if (isOver()) return;
      keep(value, true);
      error = undefined;
      errorAt = undefined;
      notBefore = undefined;
    } catch (cause) {
      if (isOver()) return;
      failed(cause);
    }
    inFlight = undefined;
    changed.fire();
  }

  function failed(cause: unknown): void {
    error = cause;
    errorAt = new Date();
    log.error(`${options.name}: ${errorText(cause)}`);
    if (cause instanceof RateLimitError) notBefore = cause.retryAt ?? new Date(Date.now() + RATE_LIMIT_MS);
    // Figures of an account that no longer accepts the key are not shown.
    if (viewStateForError(cause) === "wrongKey") current = undefined;
  }

  function load({ fresh = false }: { fresh?: boolean } = {}): Promise<void> {
    inFlight?.controller.abort();
    if (lifetime.aborted) return Promise.resolve();
    ownChanges = [];
    const controller = new AbortController();
    const done = run(controller, fresh);
    inFlight = { controller, done };
    changed.fire();
    return done;
  }

  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    get error() {
      return error;
    },
    get failure() {
      return error === undefined ? undefined : errorText(error);
    },
    get errorAt() {
      return errorAt;
    },
    get loading() {
      return inFlight !== undefined;
    },
    get notBefore() {
      return notBefore;
    },
    load,
    async ensure(maxAgeMs = Number.POSITIVE_INFINITY, how = {}) {
      if (inFlight) return inFlight.done;
      if (current && notBefore && notBefore.getTime() > Date.now()) return;
      const old = !current || Date.now() - current.readAt.getTime() > maxAgeMs;
      if (old) await load(how);
    },
    change(update) {
      if (lifetime.aborted) return;
      if (inFlight) ownChanges.push(update);
      if (!current) return;
      current = { ...current, value: update(current.value) };
      changed.fire();
    },
    isDue: (ms) => isDue({ readAt: current?.readAt, errorAt, notBefore, loading: inFlight !== undefined }, ms),
    refresh: () => load({ fresh: true }),
    dispose() {
      inFlight?.controller.abort();
      changed.dispose();
    },
  };
}
