import type { Guardrail, Key, Member } from "../../../openrouter/index.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData } from "../../data/accountData.ts";
import type { Node } from "../../ui/node.ts";
import type { Bindings } from "../bindings.ts";
import type { ListField } from "../listFields.ts";

/** A row of a guardrail; commands take the guardrail and its session from it. */
export interface GuardrailNode extends Node, SessionBound<AccountData> {
  readonly guardrail: Guardrail;
}

/** A row of a key or member that a guardrail is assigned to; its commands can unassign it. */
export interface BoundNode extends GuardrailNode {
  readonly bound: { kind: "key" | "member"; id: string };
}

/** A row of a model or provider in a guardrail's list. */
export interface ListEntryNode extends Node, SessionBound<AccountData> {
  readonly entry: { field: ListField; value: string };
}

/** The loaded data that a guardrail's row shows in addition to the guardrail's fields. */
export interface GuardrailContext extends SessionBound<AccountData> {
  bindings(id: string): Bindings;
  key(hash: string): Key | undefined;
  member(id: string): Member | undefined;
  /** The workspace's name, if the workspaces were read. */
  workspace(id: string | null | undefined): string | undefined;
  /** True if an agent changed the guardrail during this session. */
  changedByAgent(id: string): boolean;
}
