import * as z from "zod";
import {
  BadRequestError,
  createKeyForAgent,
  deleteKey,
  findCreatedKey,
  findDifferences,
  type Key,
  type KeyUpdate,
  updateKey,
} from "../../openrouter/index.ts";
import { defineTool, type ToolContext, type ToolResult } from "../defineTool.ts";
import {
  clearFields,
  keyHash,
  nonEmptyString,
  nothingToChangeError,
  resetInterval,
  toChanges,
  usd,
  utcTime,
  workspaceId,
} from "../inputs.ts";
import { cell, joinLines } from "../text.ts";
import { confirmDeleteKey, confirmRemoveKeyLimit } from "./confirmations.ts";
import { keyFields } from "./keys.ts";
import { acceptedAsResult, changeResult, differencesText } from "./writeResults.ts";

const create = defineTool({
  name: "or_key_create",
  title: "Create API key",
  description:
    "Creates an API key. Its secret is in this answer or kept in VS Code, and cannot be shown again. If the answer is lost, look in or_keys_list before creating it again. To rotate a key, create the new one, then disable the old (or_key_update).",
  writes: { destructive: false, idempotent: false, listTool: "or_keys_list" },
  input: {
    name: nonEmptyString,
    limit: usd.optional().describe("USD"),
    limit_reset: resetInterval.optional(),
    expires_at: utcTime.optional().describe("UTC, ends in Z"),
    include_byok_in_limit: z.boolean().optional(),
    workspace_id: workspaceId.optional().describe("default workspace unless given"),
  },
  run: async (body, { client, signal }) => {
    const created = await createKeyForAgent(client, body, { signal });
    const key = await findCreatedKey(client, created, body, { signal });
    const unread = `Its other fields could not be read (hash ${cell(created.hash)}); look for ${JSON.stringify(body.name)} in or_keys_list.`;
    return {
      text: joinLines(
        "Created.",
        key && differencesText(findDifferences(body, key)),
        key ? keyFields(key, client.now()) : unread,
        "kept" in created
          ? "Its secret is in VS Code, where the person copies it; it is not shown here."
          : "The secret, which cannot be shown again; store it now:",
      ),
      secret: "key" in created ? created.key : undefined,
    };
  },
});

const update = defineTool({
  name: "or_key_update",
  title: "Update API key",
  description:
    "Changes a key: rename, disable or enable, spending limit (USD), reset, expiry. Leaves fields not given; clear names fields to set to null. Says so when the API did not take expires_at.",
  writes: { destructive: true, idempotent: true },
  input: {
    hash: keyHash,
    name: nonEmptyString.optional(),
    disabled: z.boolean().optional(),
    limit: usd.optional().describe("USD"),
    limit_reset: resetInterval.optional(),
    expires_at: utcTime.optional(),
    include_byok_in_limit: z.boolean().optional(),
    clear: clearFields(["limit", "limit_reset", "expires_at"]),
  },
  confirmation: async ({ hash, clear }, context) =>
    clear?.includes("limit") ? confirmRemoveKeyLimit(hash, context) : undefined,
  run: async ({ hash, clear, ...given }, context) => {
    const changes: KeyUpdate = toChanges(given, clear);
    if (Object.keys(changes).length === 0) throw nothingToChangeError("hash", "limit");
    return acceptedAsResult(applyChanges(hash, changes, context));
  },
});

/** The API's document knows no `expires_at` for PATCH: it may be applied, ignored, or refused. The result says which. */
async function applyChanges(hash: string, changes: KeyUpdate, { client, signal }: ToolContext): Promise<ToolResult> {
  let readAgain: string | undefined;
  const patch = (body: KeyUpdate) =>
    updateKey(client, hash, body, {
      signal,
      onReadBack(reason) {
        readAgain = reason;
      },
    });
  const result = (key: Key) => ({
    kind: "key",
    asked: changes,
    answered: key,
    fields: keyFields(key, client.now()),
    readAgain,
  });
  const { expires_at, ...others } = changes;
  try {
    return changeResult(result(await patch(changes)));
  } catch (error) {
    if (!(error instanceof BadRequestError) || expires_at === undefined) throw error;
    if (Object.keys(others).length === 0)
      throw new BadRequestError(
        `${error.message} expires_at did not change, and nothing else did.`,
        "Create a new key with the wanted expires_at (or_key_create).",
        { status: error.status, cause: error },
      );
    return changeResult(result(await patch(others)));
  }
}

const remove = defineTool({
  name: "or_key_delete",
  title: "Delete API key",
  description:
    "Deletes (revokes) a key and its usage history for good. or_key_update with disabled=true stops it and keeps both.",
  writes: { destructive: true, idempotent: true },
  input: { hash: keyHash },
  confirmation: ({ hash }, context) => confirmDeleteKey(hash, context),
  run: ({ hash }, { client, signal }) =>
    acceptedAsResult(deleteKey(client, hash, { signal }).then(() => `Deleted the key ${hash}.`)),
});

export const keyWriteTools = [create, update, remove];
