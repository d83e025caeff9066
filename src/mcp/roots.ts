// The folders that the client works in (MCP roots), as paths on this computer.
import { fileURLToPath } from "node:url";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";

export interface Roots {
  /** Absolute paths, in the client's order. */
  folders: readonly string[];
  /** Why there may be more, such as a client that doesn't answer. */
  problem?: string;
}

/** A client that has the folders at hand answers at once. */
const MAX_WAIT_MS = 2_000;
const MAX_FOLDERS = 50;

/** Asks the client for its folders. Never fails. */
export async function readRoots(server: Server, signal: AbortSignal): Promise<Roots> {
  if (!server.getClientCapabilities()?.roots) return { folders: [] };
  try {
    const { roots } = await server.listRoots(undefined, { signal, timeout: MAX_WAIT_MS });
    return { folders: [...new Set(roots.flatMap(({ uri }) => toPath(uri) ?? []))].slice(0, MAX_FOLDERS) };
  } catch {
    signal.throwIfAborted();
    return { folders: [], problem: "the client did not say which folders it works in" };
  }
}

/** Returns the path of a folder on this computer. A host would make Windows connect to it. */
function toPath(uri: string): string | undefined {
  try {
    const url = new URL(uri);
    return url.protocol === "file:" && url.host === "" ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}
