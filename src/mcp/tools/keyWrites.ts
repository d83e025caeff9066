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
  group: "keys",
  title: "Create API key",
  description:
    "Creates an API key. Its secret is returned once or kept in VS Code, and can't be shown again. If the response is lost, check or_keys_list before retrying. To rotate a key, create a new one, then disable the old one (or_key_update).",
  writes: { destructive: false, idempotent: false, listTool: "or_keys_list" },
  input: {
    name: nonEmptyString,
    limit: usd.optional().describe("USD"),
    limit_reset: resetInterval.optional(),
    expires_at: utcTime.optional().describe("UTC, ending in Z"),
    include_byok_in_limit: z.boolean().optional(),
    workspace_id: workspaceId.optional().describe("default workspace if omitted"),
  },
  run: async (body, { client, signal }) => {
    const created = await createKeyForAgent(client, body, { signal });
    const key = await findCreatedKey(client, created, body, { signal });
    const unread = `Its other fields could not be read (hash ${cell(created.hash)}). Find ${JSON.stringify(body.name)} in or_keys_list.`;
    return {
      text: joinLines(
        "Created.",
        key && differencesText(findDifferences(body, key)),
        key ? keyFields(key, client.now()) : unread,
        "kept" in created
          ? "The secret is kept in VS Code, where the user can copy it; it is not shown here."
          : "The secret; store it now, it can't be shown again:",
      ),
      secret: "key" in created ? created.key : undefined,
    };
  },
});

const update = defineTool({
  name: "or_key_update",
  group: "keys",
  title: "Update API key",
  description:
    "Updates a key: rename, disable or enable it, change the spending limit (USD), reset, expiry. Omitted fields stay unchanged; clear resets fields to null. Reports if the API did not apply expires_at.",
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

/** The API does not document `expires_at` for PATCH: it may be applied, ignored or rejected. The result says which. */
async function applyChanges(hash: string, changes: KeyUpdate, { client, signal }: ToolContext): Promise<ToolResult> {
  let readBackReason: string | undefined;
  const patch = (body: KeyUpdate) =>
    updateKey(client, hash, body, {
      signal,
      onReadBack(reason) {
        readBackReason = reason;
      },
    });
  const result = (key: Key) => ({
    kind: "key",
    requested: changes,
    returned: key,
    fields: keyFields(key, client.now()),
    readBackReason,
  });
  const { expires_at, ...others } = changes;
  try {
    return changeResult(result(await patch(changes)));
  } catch (error) {
    if (!(error instanceof BadRequestError) || expires_at === undefined) throw error;
    if (Object.keys(others).length === 0)
      throw error.withNextStep(
        "Create a new key with this expires_at (or_key_create).",
        `${error.message} expires_at and all other fields are unchanged.`,
      );
    return changeResult(result(await patch(others)));
  }
}

const remove = defineTool({
  name: "or_key_delete",
  group: "keys",
  title: "Delete API key",
  description:
    "Permanently deletes (revokes) a key and its usage history. To stop it and keep both, use or_key_update with disabled=true.",
  writes: { destructive: true, idempotent: true },
  input: { hash: keyHash },
  confirmation: ({ hash }, context) => confirmDeleteKey(hash, context),
  run: ({ hash }, { client, signal }) =>
    acceptedAsResult(deleteKey(client, hash, { signal }).then(() => `Deleted the key ${hash}.`)),
});

export const keyWriteTools = [create, update, remove];
