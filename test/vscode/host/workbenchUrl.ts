import type { Host } from "./server.ts";

/** The address of the host's window on its folder or workspace, with what VS Code is told through it. */
export function workbenchUrl(host: Host, payload?: [string, string][]): string {
  const kind = host.folder.endsWith(".code-workspace") ? "workspace" : "folder";
  // Slashes stay readable: people copy this address from the terminal.
  const folder = encodeURIComponent(host.folder).replaceAll("%2F", "/");
  const extra = payload === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${host.url}/?${kind}=${folder}${extra}`;
}
