import * as vscode from "vscode";
import { byName } from "../../openrouter/format.ts";
import type { Guardrail } from "../../openrouter/index.ts";
import type { App } from "../app.ts";
import type { GuardrailsData } from "../data/accountData.ts";
import { workspaceNames } from "../data/names.ts";
import { limitText } from "../ui/limitText.ts";
import type { Node } from "../ui/node.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { type Bindings, bindingsById, bindsNothing } from "./facts.ts";
import type { GuardrailNode } from "./guardrailRows.ts";
import { bindingText, guardrailName } from "./words.ts";

/** Of what a guardrail binds, and so whom an assignment takes from which. */
export const RECENT_MS = 60_000;

interface PickGuardrailOptions {
  title: string;
  /** Which guardrails the command can do something with. */
  only?(bindings: Bindings): boolean;
}

/** The guardrail of the row that a command was run on, else of the selected row, else one that the person picks. */
export async function guardrailFor(app: App, target: unknown, options: PickGuardrailOptions): Promise<Guardrail> {
  const data = await guardrailsData(app);
  const only = options.only ?? (() => true);
  const given = guardrailOf(target) ?? selected(app);
  // The one that was read last may be newer than the row.
  const current = data.guardrails.find(({ id }) => id === given?.id) ?? given;
  if (current && only(bindingsById(data)(current.id))) return current;
  const items = guardrailItems(data, only);
  if (items.length === 0) throw new Error(vscode.l10n.t("No guardrail fits this command."));
  const picked = await pickOne({ title: options.title }, { items, placeholder: vscode.l10n.t("Which guardrail?") });
  if (typeof picked === "symbol") throw new vscode.CancellationError();
  return picked;
}

/**
 * The guardrails and what they bind, once they are read; `maxAgeMs` where older ones would mislead.
 * @throws Error when they could not be read
 */
export async function guardrailsData(
  { data: { guardrails } }: App,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Promise<GuardrailsData> {
  await guardrails.ensure(maxAgeMs);
  const { current, failure } = guardrails;
  const old = current && Date.now() - current.readAt.getTime() > maxAgeMs;
  // Older ones stay when a reading fails.
  if (current && !(old && failure)) return current.value;
  throw new Error(failure ?? vscode.l10n.t("There is no account yet: set a key first."));
}

/** Guardrails as rows of a picker, by name. */
export function guardrailItems(
  data: GuardrailsData,
  only: (bindings: Bindings) => boolean = () => true,
): PickItem<Guardrail>[] {
  const bindings = bindingsById(data);
  const workspaces = workspaceNames(data.workspaces);
  const order = byName(vscode.env.language);
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

/** The row's own guardrail, or the one that the row stands under. */
function guardrailOf(target: unknown): Guardrail | undefined {
  for (let node = target as Partial<GuardrailNode> | undefined; node; node = node.parent)
    if (node.guardrail) return node.guardrail;
  return undefined;
}

function selected(app: App): Guardrail | undefined {
  const { tree } = app.views.guardrails;
  const [node] = tree.visible ? tree.selection : [];
  return guardrailOf(node as Node | undefined);
}
