import type { ScopeFilter } from "../../webview/state.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { bindingsById } from "../guardrails/bindings.ts";
import { guardrailName, keysText } from "../guardrails/labels.ts";
import { guardrailsData } from "../guardrails/pickGuardrail.ts";
import type { BoundNode, ListEntryNode } from "../guardrails/rows/nodes.ts";
import type { KeyNode } from "../keys/keyRows.ts";

/** Returns the filters for the row that a command was run on; undefined if the row has none. */
export async function scopeFiltersFor(session: AccountSession, target: unknown): Promise<ScopeFilter[] | undefined> {
  const { key, guardrail, entry, bound } = (target ?? {}) as Partial<KeyNode & BoundNode & ListEntryNode>;
  if (entry) return [await entryScope(session, entry)];
  if (bound?.kind === "key") {
    const known = session.data.keys.current?.value.keys.find(({ hash }) => hash === bound.id);
    return [{ dimension: "key", ids: [bound.id], name: known ? keyName(known) : bound.id }];
  }
  if (key) return [{ dimension: "key", ids: [key.hash], name: keyName(key) }];
  if (guardrail) {
    const ids = await boundKeys(session, guardrail.id);
    const name = `${guardrailName(guardrail)} (${keysText(ids.length)})`;
    return [{ dimension: "key", ids, name }];
  }
  return undefined;
}

/** Returns the filter for an entry of a guardrail's list. Lists contain slugs; spend uses model ids and provider names. */
async function entryScope({ client }: AccountSession, { field, value }: ListEntryNode["entry"]): Promise<ScopeFilter> {
  const { canonicalNames } = await import("../../openrouter/spend/names.ts");
  const dimension = field.endsWith("models") ? "model" : "provider";
  // Variants share the slug of their model.
  const [, slug = value, variant = ""] = (dimension === "model" && /^(.*?)(:[^/]*)$/.exec(value)) || [];
  const { rows } = await canonicalNames(client, [{ bucket: "", [dimension]: slug }]);
  const name = `${rows[0]?.[dimension] ?? slug}${variant}`;
  return { dimension, ids: [name], name };
}

/** Returns the keys of a guardrail and those created by its members; for a default guardrail, also its workspace's unassigned keys. */
async function boundKeys(session: AccountSession, guardrailId: string): Promise<string[]> {
  const data = await guardrailsData(session);
  const { keys } = session.data;
  await keys.ensure();
  const bindings = bindingsById(data)(guardrailId);
  const members = new Set(bindings.members.map(({ user_id }) => user_id));
  const assigned = new Set(data.keyAssignments.map(({ key_hash }) => key_hash));
  const created = (keys.current?.value.keys ?? []).filter(
    ({ creator_user_id, workspace_id, hash }) =>
      (creator_user_id && members.has(creator_user_id)) ||
      (bindings.defaultOf && workspace_id === bindings.defaultOf.id && !assigned.has(hash)),
  );
  return [...new Set([...bindings.keys.map(({ key_hash }) => key_hash), ...created.map(({ hash }) => hash)])];
}
