import type { Host } from "./server.ts";

/** The address of the host's window on its folder, with what VS Code is told through it. */
export function workbenchUrl(host: Host, payload?: [string, string][]): string {
  // Slashes stay readable: people copy this address from the terminal.
  const folder = encodeURIComponent(host.folder).replaceAll("%2F", "/");
  const extra = payload === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${host.url}/?folder=${folder}${extra}`;
}
