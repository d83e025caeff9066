import * as vscode from "vscode";
import type { Guardrail } from "../../openrouter/index.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession, GuardrailsData } from "../data/accountData.ts";
import { workspaceNames } from "../data/names.ts";
import { limitText } from "../ui/limitText.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import type { ResourceView } from "../ui/resourceView.ts";
import { BACK } from "../ui/wizard.ts";
import { type Bindings, bindingsById, bindsNothing } from "./bindings.ts";
import { bindingText, guardrailName } from "./labels.ts";
import type { GuardrailNode } from "./rows/nodes.ts";

/** Of what a guardrail binds, and so whom an assignment takes from which. */
export const MAX_BINDINGS_AGE_MS = 60_000;

interface PickGuardrailOptions {
  title: string;
  /** Which guardrails the command can do something with. */
  only?(bindings: Bindings): boolean;
}

/** The guardrail of the row that a command was run on, else of the selected row, else one that the person picks. */
export async function guardrailFor(
  view: ResourceView,
  session: AccountSession,
  target: unknown,
  options: PickGuardrailOptions,
): Promise<Guardrail> {
  const data = await guardrailsData(session);
  const only = options.only ?? (() => true);
  const given = (guardrailRowOf(target) ?? selected(view, session))?.guardrail;
  // The one that was read last may be newer than the row.
  const current = data.guardrails.find(({ id }) => id === given?.id) ?? given;
  if (current && only(bindingsById(data)(current.id))) return current;
  const items = guardrailItems(data, only);
  if (items.length === 0) throw new Error(vscode.l10n.t("No guardrail fits this command."));
  const picked = await pickOne({ title: options.title }, { items, placeholder: vscode.l10n.t("Select a guardrail") });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/**
 * The guardrails and what they bind, once they are read; `maxAgeMs` where older ones would mislead.
 * @throws Error when they could not be read
 */
export async function guardrailsData(
  { data: { guardrails } }: AccountSession,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Promise<GuardrailsData> {
  await guardrails.ensure(maxAgeMs);
  const { current, failure } = guardrails;
  const old = current && Date.now() - current.readAt.getTime() > maxAgeMs;
  // Older ones stay when a reading fails.
  if (current && !(old && failure)) return current.value;
  throw new Error(failure ?? vscode.l10n.t("Couldn't read the guardrails."));
}

/** Guardrails as rows of a picker, by name. */
export function guardrailItems(
  data: GuardrailsData,
  only: (bindings: Bindings) => boolean = () => true,
): PickItem<Guardrail>[] {
  const bindings = bindingsById(data);
  const workspaces = workspaceNames(data.workspaces);
  const order = nameComparator(vscode.env.language);
  return data.guardrails
    .filter(({ id }) => only(bindings(id)))
    .sort((a, b) => order(guardrailName(a), guardrailName(b)))
    .map((guardrail) => {
      const bound = bindings(guardrail.id);
      const workspace = workspaces.size > 1 && workspaces.get(guardrail.workspace_id ?? "");
      return {
        label: guardrailName(guardrail),
        description: [limitText(guardrail.limit_usd, guardrail.reset_interval), bindingText(bound), workspace]
          .filter(Boolean)
          .join(" · "),
        iconPath: new vscode.ThemeIcon(bindsNothing(bound) ? "warning" : "shield"),
        value: guardrail,
      };
    });
}

/** The guardrail's row that a command was run on, or that its row stands under. */
export function guardrailRowOf(target: unknown): Pick<GuardrailNode, "guardrail" | "session"> | undefined {
  for (let node = target as Partial<GuardrailNode> | null | undefined; node; node = node.parent)
    if (node.guardrail && node.session) return { guardrail: node.guardrail, session: node.session };
  return undefined;
}

/** A row of another account may still be selected while the view is drawn anew. */
function selected({ tree }: ResourceView, session: AccountSession): ReturnType<typeof guardrailRowOf> {
  const row = tree.visible ? guardrailRowOf(tree.selection[0]) : undefined;
  return row?.session === session ? row : undefined;
}
