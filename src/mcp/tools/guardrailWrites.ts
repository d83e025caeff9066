import * as z from "zod";
import { createGuardrail, deleteGuardrail, findDifferences, type GuardrailUpdate } from "../../openrouter/index.ts";
import { defineTool, type ToolContext, type ToolResult } from "../defineTool.ts";
import {
  clearFields,
  guardrailId,
  nonEmptyString,
  nothingToChangeError,
  resetInterval,
  stringList,
  toChanges,
  usd,
  workspaceId,
} from "../inputs.ts";
import { joinLines } from "../text.ts";
import { confirmDeleteGuardrail, confirmRemoveGuardrailLimit } from "./confirmations.ts";
import { explainIncompleteLimit, refuseDefaultGuardrail, updateWithCompleteLimit } from "./guardrailErrors.ts";
import { guardrailFields } from "./guardrails.ts";
import { acceptedAsResult, changeResult, differencesText } from "./writeResults.ts";

/** ZDR by provider; the deprecated `enforce_zdr` sets those not given. */
const zdr = z.boolean().optional();
const zdrByProvider = {
  enforce_zdr_anthropic: zdr,
  enforce_zdr_openai: zdr,
  enforce_zdr_google: zdr,
  enforce_zdr_xai: zdr,
  enforce_zdr_other: zdr,
};

/** The nullable fields of a guardrail. */
const CLEARABLE = [
  "description",
  "limit_usd",
  "reset_interval",
  "allowed_providers",
  "ignored_providers",
  "allowed_models",
  "ignored_models",
  "enforce_zdr",
  "enforce_zdr_anthropic",
  "enforce_zdr_openai",
  "enforce_zdr_google",
  "enforce_zdr_xai",
  "enforce_zdr_other",
] as const;

const create = defineTool({
  name: "or_guardrail_create",
  group: "guardrails",
  title: "Create guardrail",
  description:
    "Creates a guardrail: budget (limit_usd in USD, with reset_interval), allow and block lists of models and providers, zero data retention (ZDR). It applies only once assigned (or_guardrail_assign_keys, or_guardrail_assign_members).",
  writes: { destructive: false, idempotent: false, listTool: "or_guardrails_list" },
  input: {
    name: nonEmptyString,
    description: z.string().optional(),
    limit_usd: usd.optional(),
    reset_interval: resetInterval.optional(),
    allowed_providers: stringList.optional(),
    ignored_providers: stringList.optional(),
    allowed_models: stringList.optional(),
    ignored_models: stringList.optional(),
    enforce_zdr: z.boolean().optional().describe("zero data retention for providers not set below"),
    ...zdrByProvider,
    workspace_id: workspaceId.optional(),
  },
  run: (body, { client, signal }) => {
    const create = async () => {
      const guardrail = await explainIncompleteLimit(body, createGuardrail(client, body, { signal }));
      return joinLines(
        "Created. Next: assign it with or_guardrail_assign_keys or or_guardrail_assign_members.",
        differencesText(findDifferences(body, guardrail)),
        guardrailFields(guardrail),
      );
    };
    return acceptedAsResult(create());
  },
});

const update = defineTool({
  name: "or_guardrail_update",
  group: "guardrails",
  title: "Update guardrail",
  description:
    "Updates a guardrail: budget (limit_usd in USD), lists, ZDR. Omitted fields stay unchanged; clear resets fields to null; empty lists are rejected.",
  writes: { destructive: true, idempotent: true },
  input: {
    id: guardrailId,
    name: nonEmptyString.optional(),
    description: z.string().optional(),
    limit_usd: usd.optional(),
    reset_interval: resetInterval.optional(),
    allowed_providers: stringList.optional(),
    ignored_providers: stringList.optional(),
    allowed_models: stringList.optional(),
    ignored_models: stringList.optional(),
    enforce_zdr: zdr.describe("for providers not set below"),
    ...zdrByProvider,
    clear: clearFields(CLEARABLE),
  },
  confirmation: async ({ id, clear }, context) =>
    clear?.includes("limit_usd") ? confirmRemoveGuardrailLimit(id, context) : undefined,
  run: async ({ id, clear, ...given }, { client, signal }) => {
    const changes: GuardrailUpdate = toChanges(given, clear);
    if (Object.keys(changes).length === 0) throw nothingToChangeError("id", "limit_usd");
    return acceptedAsResult(applyChanges(id, changes, { client, signal }));
  },
});

async function applyChanges(
  id: string,
  changes: GuardrailUpdate,
  { client, signal }: Pick<ToolContext, "client" | "signal">,
): Promise<ToolResult> {
  let readBackReason: string | undefined;
  const returned = await updateWithCompleteLimit(client, id, changes, {
    signal,
    onReadBack(reason) {
      readBackReason = reason;
    },
  });
  return changeResult({
    kind: "guardrail",
    requested: changes,
    returned,
    fields: guardrailFields(returned),
    readBackReason,
  });
}

const remove = defineTool({
  name: "or_guardrail_delete",
  group: "guardrails",
  title: "Delete guardrail",
  description: "Permanently deletes a guardrail; its keys and members lose it. Check it first with or_guardrail_get.",
  writes: { destructive: true, idempotent: true },
  input: { id: guardrailId },
  confirmation: async ({ id }, context) => {
    await refuseDefaultGuardrail(context.client, id, { signal: context.signal });
    return confirmDeleteGuardrail(id, context);
  },
  run: async ({ id }, { client, signal }) => {
    await refuseDefaultGuardrail(client, id, { signal });
    return acceptedAsResult(deleteGuardrail(client, id, { signal }).then(() => `Deleted the guardrail ${id}.`));
  },
});

export const guardrailWriteTools = [create, update, remove];
