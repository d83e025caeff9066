import type { Wing } from "../platform/wing.ts";
import { guardrailCommands } from "./commands.ts";
import { registerGuardrailDocuments } from "./document/registerDocuments.ts";
import { createGuardrailsView, type GuardrailList } from "./guardrailsView.ts";
import type { GuardrailServices } from "./services.ts";

/** Creates the Guardrails view, the guardrail JSON documents and the guardrail commands. */
export function createGuardrailsWing(options: Omit<GuardrailServices, "view">): Wing & { list: GuardrailList } {
  const view = createGuardrailsView(options.sessions, options.log);
  return {
    list: view,
    commands: guardrailCommands({ ...options, view }),
    views: [view],
    disposables: [view, registerGuardrailDocuments(options)],
  };
}
