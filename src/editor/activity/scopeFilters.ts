import * as vscode from "vscode";
import type { Guardrail, Member } from "../../openrouter/index.ts";
import { uniqueNames } from "../../openrouter/text/uniqueNames.ts";
import type { ScopeFilter } from "../../webview/state.ts";
import type { AccountSession } from "../data/accountData.ts";
import { workspaceName } from "../data/describeKey.ts";
import { guardrailName } from "../data/guardrailNames.ts";
import { keyName, memberName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { boundKeys } from "../guardrails/boundKeys.ts";
import { guardrailsData } from "../guardrails/pickGuardrail.ts";
import type { BoundNode, ListEntryNode } from "../guardrails/rows/nodes.ts";
import type { KeyNode } from "../keys/keyRows.ts";
import type { MemberNode } from "../members/memberRows.ts";
import { keysText } from "../ui/countTexts.ts";

type Target = Partial<KeyNode & BoundNode & ListEntryNode & MemberNode & { workspaceId: string }>;

/** Returns the filters for the row that a command was run on; undefined if the row has none. */
export async function scopeFiltersFor(session: AccountSession, target: unknown): Promise<ScopeFilter[] | undefined> {
  const { key, guardrail, entry, bound, member, workspaceId } = (target ?? {}) as Target;
  if (entry) return [await entryScope(session, entry)];
  if (bound?.kind === "key") return [await keyScope(session, bound.id)];
  if (bound?.kind === "member") return [await memberScope(session, bound.id)];
  if (key) return [await keyScope(session, key.hash, keyName(key))];
  if (member) return [await memberScope(session, member.id, member)];
  if (guardrail) return [await guardrailScope(session, guardrail)];
  if (workspaceId) return [workspaceScope(session, workspaceId)];
  return undefined;
}

function workspaceScope(session: AccountSession, id: string): ScopeFilter {
  return { dimension: "workspace", ids: [id], name: workspaceName(session, id) ?? id };
}

/** Names the key as the chart does, which has a suffix if others have the same name. */
async function keyScope(session: AccountSession, hash: string, name?: string): Promise<ScopeFilter> {
  const { nameLookup } = await import("../../openrouter/spend/names.ts");
  const keys = session.data.keys.current?.value.keys ?? [];
  return { dimension: "key", ids: [hash], name: nameLookup(keys)("key", hash) ?? name ?? hash };
}

/** Returns the filter for the keys that a guardrail applies to. @throws Error if not all keys can be read */
async function guardrailScope(session: AccountSession, guardrail: Guardrail): Promise<ScopeFilter> {
  const { guardrails, workspaces } = await guardrailsData(session);
  const workspaceName = workspaceNames(workspaces);
  const { hashes: ids, isComplete } = await boundKeys(session, guardrail.id);
  if (!isComplete) throw notAllKeys(session);
  const marked = guardrails.map((one) => {
    return { id: one.id, name: guardrailName(one, session), mark: workspaceName.get(one.workspace_id ?? "") };
  });
  const name = uniqueNames(marked).get(guardrail.id) ?? guardrailName(guardrail, session);
  return { dimension: "key", ids, name: `${name} (${keysText(ids.length)})` };
}

/** Some of the keys would pass for the spend of all. */
function notAllKeys({ data }: AccountSession): Error {
  return new Error(data.keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
}

/** Returns the filter for the keys that a member created. @throws Error if not all keys can be read */
async function memberScope(session: AccountSession, id: string, member?: Member): Promise<ScopeFilter> {
  const { data } = session;
  await Promise.all([data.keys.ensure(), member ? undefined : data.members.ensure()]);
  if (!data.keys.current?.complete) throw notAllKeys(session);
  const ids = data.keys.current.value.keys.filter((key) => key.creator_user_id === id).map(({ hash }) => hash);
  const members = data.members.current?.value.members ?? (member ? [member] : []);
  const names = uniqueNames(members.map((one) => ({ id: one.id, name: memberName(one), mark: one.email })));
  return {
    dimension: "key",
    ids,
    name: `${names.get(id) ?? (member ? memberName(member) : id)} (${keysText(ids.length)})`,
  };
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
