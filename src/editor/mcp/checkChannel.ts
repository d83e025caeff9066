import { homedir, tmpdir } from "node:os";
import * as vscode from "vscode";
import { createChannelClient } from "../../channel/client.ts";
import { findWindow } from "../../channel/connect.ts";
import { entryFolder, UnsafeFolderError } from "../../channel/entries.ts";
import { getCredits } from "../../openrouter/index.ts";
import { messageOf } from "../platform/messageOf.ts";
import { unsafeFolderText } from "../platform/unsafeFolderText.ts";
import { LinkError } from "./checkResult.ts";
import type { McpServices } from "./services.ts";

const CALLER = { client: "OpenRouter Admin", tool: "or_credits", session: "check" };

/**
 * Reads the credits through this window's own socket, like an MCP server without a key.
 * @throws LinkError, or another error for which `failedLinkOf` returns the link
 */
export async function checkChannel(
  { listening, sessions }: Pick<McpServices, "listening" | "sessions">,
  token: vscode.CancellationToken,
): Promise<void> {
  const t = vscode.l10n.t;
  const controller = new AbortController();
  const cancelled = token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
  try {
    await listening().catch((error) => {
      throw error instanceof UnsafeFolderError
        ? error
        : new LinkError("window", notListeningText(error), { cause: error });
    });
    await sessions.open();
    const window = await findWindow(entryFolder(), process.pid);
    if (window?.pid !== process.pid)
      throw new LinkError(
        "window",
        t(
          "This window is listening, but has no entry in the folder {0}. Reload the window and try again.",
          entryFolder(),
        ),
      );
    const { account } = window.state;
    if (!account) throw new LinkError("account", t("This window has no account. Set a key first."));
    const client = createChannelClient({ window, account, caller: CALLER, findOther: async () => undefined });
    await getCredits(client, { signal: controller.signal });
  } catch (error) {
    throw error instanceof UnsafeFolderError
      ? new LinkError("window", unsafeFolderText(error), { cause: error })
      : error;
  } finally {
    cancelled.dispose();
  }
}

function notListeningText(error: unknown): string {
  return vscode.l10n.t(
    "This window can't listen for MCP servers ({0}). Check that the folders {1} and {2} can be written and the disk isn't full, then try again.",
    messageOf(error),
    tmpdir(),
    homedir(),
  );
}
