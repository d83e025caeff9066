export { assignGuardrailKeys, assignGuardrailMembers } from "./assign.ts";
export { assignGuardrailToKey } from "./assignToKey.ts";
export { createGuardrail } from "./create.ts";
export { deleteGuardrail } from "./delete.ts";
export { editGuardrailJson } from "./document/openDocument.ts";
export { editGuardrailLimit } from "./editLimit.ts";
export { pickGuardrailModels, pickGuardrailProviders } from "./pickLists.ts";
export { unassignGuardrailKeys, unassignGuardrailMembers } from "./unassign.ts";
