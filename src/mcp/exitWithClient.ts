import type { StdioTransport } from "./stdio.ts";

/** Exits with code 0 when the client is gone or sends a signal. */
export function exitWithClient(transport: StdioTransport): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => transport.end());
  // A closed stderr must not crash the process.
  process.stderr.on("error", () => {});
  transport.ended.then(() => process.exit(0));
}
