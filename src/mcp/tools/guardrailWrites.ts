import * as z from "zod";
import { createGuardrail, deleteGuardrail, differences, type GuardrailUpdate } from "../../openrouter/index.ts";
import { defineTool, type ToolContext, type ToolResult } from "../defineTool.ts";
import { changesOf, clearing, guardrailId, names, nothingToChange, reset, text, usd, workspaceId } from "../inputs.ts";
import { lines } from "../text.ts";
import { explainHalfLimit, refuseDefaultGuardrail, updateWithWholeLimit } from "./guardrailChecks.ts";
import { guardrailFields } from "./guardrails.ts";
import { deleteGuardrailQuestion, unlimitGuardrailQuestion } from "./questions.ts";
import { changeResult, differencesText, orAccepted } from "./writeResults.ts";

/** ZDR by provider; the deprecated `enforce_zdr` fills those not given. */
const zdr = z.boolean().optional();
const zdrByProvider = {
  enforce_zdr_anthropic: zdr,
  enforce_zdr_openai: zdr,
  enforce_zdr_google: zdr,
  enforce_zdr_xai: zdr,
  enforce_zdr_other: zdr,
};

/** The fields of a guardrail that may be null. */
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
  title: "Create guardrail",
  description:
    "Creates a guardrail: budget (limit_usd, USD, with reset_interval), allow and block lists of models and providers, zero data retention (ZDR). It enforces nothing until it is assigned: or_guardrail_assign_keys, or_guardrail_assign_members.",
  writes: { destructive: false, idempotent: false, listedBy: "or_guardrails_list" },
  input: {
    name: text,
    description: z.string().optional(),
    limit_usd: usd.optional(),
    reset_interval: reset.optional(),
    allowed_providers: names.optional(),
    ignored_providers: names.optional(),
    allowed_models: names.optional(),
    ignored_models: names.optional(),
    enforce_zdr: z.boolean().optional().describe("zero data retention for every provider not given below"),
    ...zdrByProvider,
    workspace_id: workspaceId.optional(),
  },
  run: (body, { client, signal }) => {
    const create = async () => {
      const guardrail = await explainHalfLimit(body, createGuardrail(client, body, { signal }));
      return lines(
        "Created; assign it with or_guardrail_assign_keys or _members.",
        differencesText(differences(body, guardrail)),
        guardrailFields(guardrail),
      );
    };
    return orAccepted(create());
  },
});

const update = defineTool({
  name: "or_guardrail_update",
  title: "Update guardrail",
  description:
    "Changes a guardrail: budget (limit_usd, USD), lists, ZDR. Leaves fields not given; clear names fields to set to null, an empty list is refused.",
  writes: { destructive: true, idempotent: true },
  input: {
    id: guardrailId,
    name: text.optional(),
    description: z.string().optional(),
    limit_usd: usd.optional(),
    reset_interval: reset.optional(),
    allowed_providers: names.optional(),
    ignored_providers: names.optional(),
    allowed_models: names.optional(),
    ignored_models: names.optional(),
    enforce_zdr: zdr.describe("for every provider not given below"),
    ...zdrByProvider,
    clear: clearing(CLEARABLE),
  },
  question: async ({ id, clear }, context) =>
    clear?.includes("limit_usd") ? unlimitGuardrailQuestion(id, context) : undefined,
  run: async ({ id, clear, ...given }, { client, signal }) => {
    const changes: GuardrailUpdate = changesOf(given, clear);
    if (Object.keys(changes).length === 0) throw nothingToChange("id", "limit_usd");
    return orAccepted(change(id, changes, { client, signal }));
  },
});

async function change(
  id: string,
  changes: GuardrailUpdate,
  { client, signal }: Pick<ToolContext, "client" | "signal">,
): Promise<ToolResult> {
  let readAgain: string | undefined;
  const answered = await updateWithWholeLimit(client, id, changes, {
    signal,
    onReadAgain(reason) {
      readAgain = reason;
    },
  });
  return changeResult({ what: "guardrail", asked: changes, answered, fields: guardrailFields(answered), readAgain });
}

const remove = defineTool({
  name: "or_guardrail_delete",
  title: "Delete guardrail",
  description: "Deletes a guardrail for good; the keys and members it bound lose it. Look first: or_guardrail_get.",
  writes: { destructive: true, idempotent: true },
  input: { id: guardrailId },
  question: async ({ id }, context) => {
    await refuseDefaultGuardrail(context.client, id, { signal: context.signal });
    return deleteGuardrailQuestion(id, context);
  },
  run: async ({ id }, { client, signal }) => {
    await refuseDefaultGuardrail(client, id, { signal });
    return orAccepted(deleteGuardrail(client, id, { signal }).then(() => `Deleted the guardrail ${id}.`));
  },
});

export const guardrailWriteTools = [create, update, remove];
