import { Worker } from "node:worker_threads";
import type { LeakedSecret, SweepOptions, SweepProgress, SweepResult } from "./model.ts";

/** What the thread is given. */
export interface WorkerData {
  options: SweepOptions;
  /** Its first number is 1 once the sweep is to be stopped. */
  stopFlag: SharedArrayBuffer;
}

/** What the thread says. */
export type WorkerMessage = { progress: SweepProgress } | { found: LeakedSecret[] } | { result: SweepResult };

/** A thread that has not stopped by then hangs, such as on a drive that is gone. In milliseconds. */
const STOP_TIMEOUT = 5_000;

/** In the extension, this module is in `dist` or in `dist/chunks`; in tests, it is run as it is. */
function workerUrl(): URL {
  const own = import.meta.url;
  if (own.endsWith(".ts")) return new URL("./worker.ts", own);
  return new URL(/\/chunks\/[^/]*$/.test(own) ? "../leaks.cjs" : "./leaks.cjs", own);
}

/**
 * Searches folders in a thread of its own; see `sweepFolders`. If the signal ends it, resolves with what has been found so far,
 * also if the thread hangs.
 * @throws Error without a detail that could contain a secret if the thread fails
 */
export function startSweep(
  options: SweepOptions,
  control: { signal: AbortSignal; onProgress(progress: SweepProgress): void },
): Promise<SweepResult> {
  const stopFlag = new SharedArrayBuffer(4);
  const workerData: WorkerData = { options, stopFlag };
  // Options of the host's own process, such as a debugger's port, are not for this thread.
  const worker = new Worker(workerUrl(), { workerData, name: "openrouter-admin-leaks", execArgv: [] });
  const { promise, resolve, reject } = Promise.withResolvers<SweepResult>();
  let timer: NodeJS.Timeout | undefined;
  const partial = new PartialResult();
  const stop = () => {
    Atomics.store(new Int32Array(stopFlag), 0, 1);
    timer = setTimeout(() => resolve(partial.result()), STOP_TIMEOUT);
  };
  worker.on("message", (message: WorkerMessage) => {
    if ("result" in message) resolve(message.result);
    else if ("found" in message) partial.add(message.found);
    else {
      partial.progress = message.progress;
      control.onProgress(message.progress);
    }
  });
  const fail = () => reject(new Error("The search for leaked keys stopped unexpectedly."));
  worker.once("error", fail);
  worker.once("exit", fail);
  if (control.signal.aborted) stop();
  control.signal.addEventListener("abort", stop, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    control.signal.removeEventListener("abort", stop);
    void worker.terminate();
  });
}

/** What is known of a sweep whose thread says nothing more. */
class PartialResult {
  readonly #secrets = new Map<string, LeakedSecret>();
  progress: SweepProgress | undefined;

  add(found: readonly LeakedSecret[]): void {
    for (const { secret, places } of found) {
      const known = this.#secrets.get(secret);
      if (known) known.places.push(...places);
      else this.#secrets.set(secret, { secret, places });
    }
  }

  result(): SweepResult {
    const { phase, done = 0 } = this.progress ?? {};
    return {
      secrets: [...this.#secrets.values()],
      searched: { files: phase === "files" ? done : 0, blobs: phase === "history" ? done : 0, commits: 0 },
      skipped: { binary: 0, large: 0, unreadable: 0, links: 0 },
      problems: [],
      isComplete: false,
    };
  }
}
