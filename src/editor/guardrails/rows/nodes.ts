import type { Guardrail, Key, Member } from "../../../openrouter/index.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData } from "../../data/accountData.ts";
import type { Node } from "../../ui/node.ts";
import type { Bindings } from "../bindings.ts";
import type { ListField } from "../listFields.ts";

/** A row that stands for a guardrail: commands take their guardrail, and its account, from it. */
export interface GuardrailNode extends Node, SessionBound<AccountData> {
  readonly guardrail: Guardrail;
}

/** A row that stands for a key or a member that a guardrail binds: it can be released from there. */
export interface BoundNode extends GuardrailNode {
  readonly bound: { kind: "key" | "member"; id: string };
}

/** A row that stands for a model or a provider in a guardrail's list. */
export interface ListEntryNode extends Node, SessionBound<AccountData> {
  readonly entry: { field: ListField; value: string };
}

/** What a row tells beyond the guardrail's own fields, as far as it is known. */
export interface GuardrailContext extends SessionBound<AccountData> {
  bindings(id: string): Bindings;
  key(hash: string): Key | undefined;
  member(id: string): Member | undefined;
  /** The workspace's name, where there are several. */
  workspace(id: string | null | undefined): string | undefined;
  /** Whether an agent changed it during this session. */
  changedByAgent(id: string): boolean;
}
