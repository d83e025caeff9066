import type * as vscode from "vscode";
import { RateLimitError } from "../../openrouter/errors.ts";
import { MAX_RATE_LIMIT_MS } from "../../openrouter/http/retryAfter.ts";
import type { RequestOptions } from "../../openrouter/index.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { Log } from "../platform/log.ts";
import type { RefreshablePart } from "../platform/wing.ts";
import { isDue } from "./isDue.ts";

/** Data loaded from the account, with its load time and the error of the last refresh. */
export interface Resource<T> extends RefreshablePart, vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The last loaded data; kept if a refresh fails. */
  readonly current: Snapshot<T> | undefined;
  /** Why the last load failed; undefined if it succeeded. */
  readonly error: unknown;
  /** The localized text of `error`. */
  readonly failure: string | undefined;
  readonly errorAt: Date | undefined;
  readonly loading: boolean;
  /** When a rate limit allows the next request. */
  readonly notBefore: Date | undefined;
  /** Loads the data; `fresh` bypasses the client's cache. Never rejects: views show the error. */
  load(options?: Pick<RequestOptions, "fresh">): Promise<void>;
  /**
   * Calls `load` if there is no data, not all of it or it is older than `maxAgeMs`; not before a rate limit allows it. Tries
   * again after other errors: call it for what a user asks for.
   */
  ensure(maxAgeMs?: number, options?: Pick<RequestOptions, "fresh">): Promise<void>;
  /** Calls `ensure` unless the last load failed less than `RETRY_MS` ago: call it for what nobody asked for. */
  ensureQuietly(maxAgeMs?: number): Promise<void>;
  /** Applies the result of our own write to the data, including that of a load in flight. */
  change(update: (value: T) => T): void;
}

export interface Snapshot<T> {
  value: T;
  /** When the load ended, by this computer's clock. */
  readAt: Date;
  /** When it began: figures may be from before a reset that came between, but not from an earlier day (see the client's cache). */
  begunAt: Date;
  /** False while further pages are being loaded. */
  complete: boolean;
}

export interface ReadOptions<T> extends RequestOptions {
  signal: AbortSignal;
  /** Publishes the pages loaded so far, unless older data is shown. */
  partial(value: T): void;
}

interface ResourceOptions<T> {
  /** Used in the log. */
  name: string;
  read(options: ReadOptions<T>): Promise<T>;
}

export interface ErrorTexts {
  errorText(error: unknown): string;
  errorLogText(error: unknown): string;
}

/** The parts of VS Code that resources need. */
export interface ResourceHost {
  log: Pick<Log, "error">;
  /** Loads the localized texts of errors: one to show, and one for the log with the technical message. */
  errorTexts(): Promise<ErrorTexts>;
  createEmitter(): Pick<vscode.EventEmitter<void>, "event" | "fire" | "dispose">;
}

const RATE_LIMIT_MS = 60_000;
/** How long what nobody asked for isn't tried again after an error. */
const RETRY_MS = 60_000;

/** @param lifetime of the account's session: once aborted, the resource no longer changes */
export function createResource<T>(
  options: ResourceOptions<T>,
  lifetime: AbortSignal,
  { log, errorTexts, createEmitter }: ResourceHost,
): Resource<T> {
  const changed = createEmitter();
  let current: Snapshot<T> | undefined;
  let error: unknown;
  let failure: string | undefined;
  let errorAt: Date | undefined;
  let notBefore: Date | undefined;
  let inFlight: { controller: AbortController; done: Promise<void> } | undefined;
  let pendingUpdates: ((value: T) => T)[] = [];

  const applyUpdates = (value: T) => pendingUpdates.reduce((updated, update) => update(updated), value);

  /** The newest load wins: superseded loads are aborted and their results ignored. */
  async function run({ signal }: AbortController, fresh: RequestOptions["fresh"]): Promise<void> {
    // Pages of a superseded load are no data to fall back on.
    const before = current?.complete ? current : undefined;
    const begunAt = new Date();
    const isSuperseded = () => signal.aborted || lifetime.aborted;
    const setCurrent = (value: T, complete: boolean) => {
      current = { value: applyUpdates(value), readAt: new Date(), begunAt, complete };
    };
    const partial = (value: T) => {
      if (before || isSuperseded()) return;
      setCurrent(value, false);
      changed.fire();
    };
    try {
      const value = await options.read({ signal, fresh, partial });
      if (isSuperseded()) return;
      setCurrent(value, true);
      error = failure = errorAt = notBefore = undefined;
    } catch (cause) {
      const texts = await errorTexts();
      if (isSuperseded()) return;
      setError(cause, texts);
    }
    inFlight = undefined;
    changed.fire();
  }

  function setError(cause: unknown, { errorText, errorLogText }: ErrorTexts): void {
    error = cause;
    failure = errorText(cause);
    errorAt = new Date();
    log.error(`${options.name}: ${errorLogText(cause)}`);
    // A proxy may say that it takes days: then the API is asked again sooner.
    if (cause instanceof RateLimitError)
      notBefore = new Date(
        Math.min(cause.retryAt?.getTime() ?? Date.now() + RATE_LIMIT_MS, Date.now() + MAX_RATE_LIMIT_MS),
      );
    // Don't show figures of an account that no longer accepts the key.
    if (viewStateForError(cause) === "wrongKey") current = undefined;
  }

  function load({ fresh = false }: Pick<RequestOptions, "fresh"> = {}): Promise<void> {
    inFlight?.controller.abort();
    if (lifetime.aborted) return Promise.resolve();
    pendingUpdates = [];
    const controller = new AbortController();
    const done = run(controller, fresh);
    inFlight = { controller, done };
    changed.fire();
    return done;
  }

  const ensure: Resource<T>["ensure"] = async (maxAgeMs = Number.POSITIVE_INFINITY, loadOptions = {}) => {
    if (inFlight) return inFlight.done;
    if (notBefore && notBefore.getTime() > Date.now()) return;
    const isStale = !current?.complete || Date.now() - current.readAt.getTime() > maxAgeMs;
    if (isStale) await load(loadOptions);
  };

  return {
    onDidChange: changed.event,
    get current() {
      return current;
    },
    get error() {
      return error;
    },
    get failure() {
      return failure;
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
    ensure,
    async ensureQuietly(maxAgeMs) {
      const failedLately = errorAt && Date.now() - errorAt.getTime() < RETRY_MS;
      if (inFlight || !failedLately) await ensure(maxAgeMs);
    },
    change(update) {
      if (lifetime.aborted) return;
      if (inFlight) pendingUpdates.push(update);
      if (!current) return;
      current = { ...current, value: update(current.value) };
      changed.fire();
    },
    isDue: (ms) => isDue({ readAt: current?.readAt, errorAt, notBefore, loading: inFlight !== undefined }, ms),
    refresh: (since) => load({ fresh: since }),
    dispose() {
      inFlight?.controller.abort();
      changed.dispose();
    },
  };
}
