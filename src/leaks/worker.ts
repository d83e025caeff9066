// The thread of a sweep: see startSweep.ts.
import { parentPort, workerData } from "node:worker_threads";
import type { SweepProgress } from "./model.ts";
import type { WorkerData, WorkerMessage } from "./startSweep.ts";
import { sweepFolders } from "./sweep.ts";

/** Progress is shown, so more often is of no use. */
const PROGRESS_INTERVAL = 100;

const { options, stopFlag } = workerData as WorkerData;
const flag = new Int32Array(stopFlag);
const post = (message: WorkerMessage) => parentPort?.postMessage(message);
let lastProgress = 0;

function onProgress(progress: SweepProgress): void {
  if (performance.now() - lastProgress < PROGRESS_INTERVAL && progress.done !== progress.total) return;
  lastProgress = performance.now();
  post({ progress });
}

void sweepFolders(options, { isCancelled: () => Atomics.load(flag, 0) === 1, onProgress }).then((result) =>
  post({ result }),
);
