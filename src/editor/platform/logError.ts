import type { Log } from "./log.ts";

/** Logs an error with its technical message. The texts of errors are loaded with the first one. */
export async function logError(log: Pick<Log, "error">, source: string, error: unknown): Promise<void> {
  const { errorLogText } = await import("./errorText.ts");
  log.error(`${source}: ${errorLogText(error)}`);
}
