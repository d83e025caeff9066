import * as z from "zod";
import { BadRequestError, createKey, deleteKey, type Key, type KeyUpdate, updateKey } from "../../openrouter/index.ts";
import { defineTool, type ToolContext, type ToolResult } from "../defineTool.ts";
import { changesOf, clearing, keyHash, nothingToChange, reset, text, usd, utcTime, workspaceId } from "../inputs.ts";
import { cell, lines } from "../text.ts";
import { keyFields } from "./keys.ts";

const create = defineTool({
  name: "or_key_create",
  title: "Create key",
  description:
    "Creates an API key. Its secret is in this answer and cannot be shown again. If the answer is lost, look in or_keys_list before creating it again.",
  writes: { destructive: false, idempotent: false },
  input: {
    name: text,
    limit: usd.optional().describe("USD"),
    limit_reset: reset.optional(),
    expires_at: utcTime.optional().describe("UTC, ends in Z"),
    include_byok_in_limit: z.boolean().optional(),
    workspace_id: workspaceId.optional().describe("default workspace unless given"),
  },
  run: async (body, { client, signal }) => {
    const { data, key } = await createKey(client, body, { signal });
    return {
      text: lines("Created.", keyFields(data), "The secret, which cannot be shown again; store it now:"),
      secret: key,
    };
  },
});

const update = defineTool({
  name: "or_key_update",
  title: "Update key",
  description:
    "Changes the given fields of a key and leaves the rest; clear names fields to set to null. Says so when the API did not take expires_at.",
  writes: { destructive: true, idempotent: true },
  input: {
    hash: keyHash,
    name: text.optional(),
    disabled: z.boolean().optional(),
    limit: usd.optional().describe("USD"),
    limit_reset: reset.optional(),
    expires_at: utcTime.optional(),
    include_byok_in_limit: z.boolean().optional(),
    clear: clearing(["limit", "limit_reset", "expires_at"]),
  },
  run: async ({ hash, clear, ...given }, context) => {
    const changes: KeyUpdate = changesOf(given, clear);
    if (Object.keys(changes).length === 0) throw nothingToChange("hash", "limit");
    return changes.expires_at === undefined
      ? report(await patch(hash, changes, context), [])
      : updateWithExpiry(hash, changes, context);
  },
});

function patch(hash: string, changes: KeyUpdate, { client, signal }: ToolContext): Promise<Key> {
  return updateKey(client, hash, changes, { signal });
}

/** The API's document knows no `expires_at` for PATCH: it may be applied, ignored, or refused. The result says which. */
async function updateWithExpiry(hash: string, changes: KeyUpdate, context: ToolContext): Promise<ToolResult> {
  const { expires_at, ...others } = changes;
  const wanted = expires_at ? Date.parse(expires_at) : undefined;
  try {
    const key = await patch(hash, changes, context);
    const got = key.expires_at ? Date.parse(key.expires_at) : undefined;
    return report(key, got === wanted ? [] : ["expires_at"], Object.keys(others).length === 0);
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    if (Object.keys(others).length === 0)
      throw new BadRequestError(
        `${error.message} expires_at did not change, and nothing else did.`,
        "Create a new key with the wanted expires_at (or_key_create).",
        { status: error.status, cause: error },
      );
    return report(await patch(hash, others, context), ["expires_at"], false, error.message);
  }
}

function report(key: Key, refused: string[], failed = false, reason?: string): ToolResult {
  const warning = refused.length
    ? `expires_at did NOT change: the API left it at ${cell(key.expires_at)}${reason ? ` (${reason})` : ""}. To get another expiry, create a new key (or_key_create).`
    : undefined;
  const inVain = failed && refused.length > 0;
  return {
    text: lines(warning, inVain ? "Nothing was changed; the key is:" : "Updated; the key is now:", keyFields(key)),
    failed: inVain,
  };
}

const remove = defineTool({
  name: "or_key_delete",
  title: "Delete key",
  description:
    "Deletes a key and its spend history for good. or_key_update with disabled=true stops it and keeps both.",
  writes: { destructive: true, idempotent: true },
  input: { hash: keyHash },
  run: async ({ hash }, { client, signal }) => {
    await deleteKey(client, hash, { signal });
    return `Deleted the key ${hash}.`;
  },
});

export const keyWriteTools = [create, update, remove];
