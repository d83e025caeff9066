import { type CommandId, commandIds } from "../platform/ids.ts";

/** The commands that this wing handles: all that name a guardrail or a workspace's budget. */
export const guardrailCommandIds: readonly CommandId[] = Object.values(commandIds).filter((id) =>
  /^openrouterAdmin\.\w*(Guardrail|WorkspaceBudget)/.test(id),
);
