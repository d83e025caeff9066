import * as z from "zod";
import { getKey, type Key, listAllKeys } from "../../openrouter/index.ts";
import { defineTool } from "../defineTool.ts";
import { keyHash, offset, rows } from "../inputs.ts";
import { fields, lines, slice, table } from "../text.ts";
import { scope } from "./account.ts";

const list = defineTool({
  name: "or_keys_list",
  title: "List keys",
  description:
    "All API keys of all workspaces: hash, name, state, limit, spend (USD; day and month are UTC), expiry. 50 rows unless limit says more.",
  input: { include_disabled: z.boolean().optional().describe("default true"), offset, limit: rows(1000) },
  run: async ({ include_disabled = true, offset = 0, limit = 50 }, { client, signal }) => {
    const { keys, workspaces } = await listAllKeys(client, { includeDisabled: include_disabled }, { signal });
    const disabled = keys.filter((key) => key.disabled).length;
    const { shown, rest } = slice(keys, offset, limit);
    const slug = new Map(workspaces?.map((workspace) => [workspace.id, workspace.slug]));
    return lines(
      `${keys.length} keys (${keys.length - disabled} enabled, ${include_disabled ? `${disabled} disabled` : "disabled ones left out"}) in ${scope(workspaces)}. ${rest}`,
      table(
        [
          ["hash", (key) => key.hash],
          ["name", (key) => key.name],
          ["disabled", (key) => key.disabled],
          ["limit", (key) => key.limit],
          ["limit_remaining", (key) => key.limit_remaining],
          ["limit_reset", (key) => key.limit_reset],
          ["usage", (key) => key.usage],
          ["usage_daily", (key) => key.usage_daily],
          ["usage_monthly", (key) => key.usage_monthly],
          ["expires_at", (key) => key.expires_at],
          ["workspace", (key) => slug.get(key.workspace_id ?? "") ?? key.workspace_id],
        ],
        shown,
      ),
    );
  },
});

const get = defineTool({
  name: "or_key_get",
  title: "Get key",
  description: "Every field of one key, week and BYOK counters included.",
  input: { hash: keyHash },
  run: async ({ hash }, { client, signal }) => keyFields(await getKey(client, hash, { signal })),
});

/** Every field of a key. */
export function keyFields({ hash, name, label, ...others }: Key): string {
  return fields({ hash, name, label, ...others });
}

export const keyTools = [list, get];
