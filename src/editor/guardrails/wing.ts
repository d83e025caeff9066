import type { Wing } from "../platform/wing.ts";
import { guardrailCommandIds } from "./commandNames.ts";
import { registerGuardrailDocuments } from "./document/registerDocuments.ts";
import { createGuardrailsView, type GuardrailList } from "./guardrailsView.ts";
import type { GuardrailServices } from "./services.ts";

/** Creates the Guardrails view, the guardrail JSON documents and the guardrail commands. */
export function createGuardrailsWing(options: Omit<GuardrailServices, "view">): Wing & { list: GuardrailList } {
  const view = createGuardrailsView(options.sessions);
  // Loaded with the first command, not at activation.
  const commands = async () => (await import("./commands.ts")).guardrailCommands({ ...options, view });
  return {
    list: view,
    commands: Object.fromEntries(
      guardrailCommandIds.map((id) => [id, async (node: unknown) => (await commands())[id]?.(node)]),
    ),
    views: [view],
    disposables: [view, registerGuardrailDocuments(options)],
  };
}
