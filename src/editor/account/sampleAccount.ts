import type { SampleAccount } from "../../sample/index.ts";
import { createSampleId } from "./sampleId.ts";

/** A sample account with its profile id. */
type RunningSample = SampleAccount & { id: string };

/** Starts the sample account on first use; `stop` is for the end of the window. Each start is an account of its own. */
export function createSampleHost() {
  let running: Promise<RunningSample> | undefined;

  return {
    start(): Promise<RunningSample> {
      running ??= load().catch((error: unknown) => {
        running = undefined;
        throw error;
      });
      return running;
    },
    async stop(): Promise<void> {
      const stopping = running;
      running = undefined;
      await (await stopping?.catch(() => undefined))?.close();
    },
  };
}

/** Loads a separate bundle, so that only users of the sample account load its code. */
async function load(): Promise<RunningSample> {
  const bundle = new URL("./sample.js", import.meta.url).href;
  const { startSampleAccount } = (await import(bundle)) as typeof import("../../sample/index.ts");
  // Each switch to it reads everything again: whoever explores it must not meet the rate limit.
  const account = await startSampleAccount({ analyticsPerMinute: Number.POSITIVE_INFINITY });
  return { ...account, id: createSampleId(account.key) };
}
