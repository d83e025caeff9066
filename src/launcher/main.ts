// Starts the MCP server of the newest installed version of the extension, for clients whose configuration must outlive
// updates. Runs from a copy in ~/.openrouter-admin/bin; the script beside it finds the runtime.
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findServer } from "./findServer.ts";

const server = findServer(homedir(), join(import.meta.dirname, "..", "installed"));
if (server) {
  // Writes go through a window even if the client's environment contains a key.
  process.env.OPENROUTER_ADMIN_CHANNEL = "1";
  await import(pathToFileURL(server).href);
} else {
  console.error(
    "OpenRouter Admin is not installed in any editor on this computer. Install the extension and open VS Code once, or remove this server from the client's configuration.",
  );
  process.exitCode = 1;
}
