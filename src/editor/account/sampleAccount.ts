import type { SampleAccount } from "../../sample/index.ts";

/** Starts the sample account when it is first asked for, once, and closes it when it is left. */
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

/** A bundle of its own beside this one, so that nobody pays for it who does not use it. */
async function load(): Promise<SampleAccount> {
  const bundle = new URL("./sample.js", import.meta.url).href;
  const { startSampleAccount } = (await import(bundle)) as typeof import("../../sample/index.ts");
  return startSampleAccount();
}
