import type { StdioTransport } from "./stdio.ts";

/** Ends the process with exit code 0 when its client is gone or asks for it by a signal. */
export function exitWithClient(transport: StdioTransport): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => transport.end());
  // Nobody reads what is logged any more.
  process.stderr.on("error", () => {});
  transport.ended.then(() => process.exit(0));
}
