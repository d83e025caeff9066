import type { SampleAccount } from "../../sample/index.ts";

/** Starts the sample account on first use and stops it when the user leaves it. */
export function createSampleHost() {
  let running: Promise<SampleAccount> | undefined;

  return {
    start(): Promise<SampleAccount> {
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
async function load(): Promise<SampleAccount> {
  const bundle = new URL("./sample.js", import.meta.url).href;
  const { startSampleAccount } = (await import(bundle)) as typeof import("../../sample/index.ts");
  return startSampleAccount();
}
