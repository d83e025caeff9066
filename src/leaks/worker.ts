// The thread of a sweep: see startSweep.ts.
import { parentPort, workerData } from "node:worker_threads";
import type { LeakedSecret, LeakPlace, SweepProgress } from "./model.ts";
import type { WorkerData, WorkerMessage } from "./startSweep.ts";
import { sweepFolders } from "./sweep.ts";

/** Progress is shown, so more often is of no use. */
const PROGRESS_INTERVAL = 100;

const { options, stopFlag } = workerData as WorkerData;
const flag = new Int32Array(stopFlag);
const post = (message: WorkerMessage) => parentPort?.postMessage(message);
let lastProgress = 0;

/** What was found is posted at once, but not each place alone: the next file may keep this thread from being stopped. */
let found: LeakedSecret[] = [];
let lastPost = 0;
const [MAX_POSTED, POST_INTERVAL] = [100, 20];

function onPlace(secret: string, place: LeakPlace): void {
  found.push({ secret, places: [place] });
  if (found.length >= MAX_POSTED || performance.now() - lastPost > POST_INTERVAL) postFound();
}

function postFound(): void {
  if (found.length > 0) post({ found });
  found = [];
  lastPost = performance.now();
}

function onProgress(progress: SweepProgress): void {
  if (found.length > 0) postFound();
  if (performance.now() - lastProgress < PROGRESS_INTERVAL && progress.done !== progress.total) return;
  lastProgress = performance.now();
  post({ progress });
}

void sweepFolders(options, { isCancelled: () => Atomics.load(flag, 0) === 1, onProgress, onPlace }).then((result) =>
  post({ result }),
);
