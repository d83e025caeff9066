import type { Host } from "./server.ts";

/** Returns the URL of the host's window with its folder or workspace, and with options for VS Code. */
export function workbenchUrl(host: Host, payload?: [string, string][]): string {
  const kind = host.folder.endsWith(".code-workspace") ? "workspace" : "folder";
  // Keep slashes readable: users copy this URL from the terminal.
  const folder = encodeURIComponent(host.folder).replaceAll("%2F", "/");
  const extra = payload === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${host.url}/?${kind}=${folder}${extra}`;
}
