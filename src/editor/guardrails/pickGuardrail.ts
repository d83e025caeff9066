import * as vscode from "vscode";
import { isUnconfigured } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Guardrail } from "../../openrouter/index.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession, GuardrailsData } from "../data/accountData.ts";
import { guardrailNames } from "../data/guardrailNames.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { displayLocale } from "../platform/locale.ts";
import { limitText } from "../ui/limitText.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import type { ResourceView } from "../ui/resourceView.ts";
import { BACK } from "../ui/wizard.ts";
import { allGuardrails, findGuardrail } from "./allGuardrails.ts";
import { type Bindings, bindingsById } from "./bindings.ts";
import { bindingText, guardrailIcon, notListedText } from "./labels.ts";
import type { GuardrailNode } from "./rows/nodes.ts";

/** Assignments older than this are read again before a command relies on them. */
export const MAX_BINDINGS_AGE_MS = 60_000;

interface PickGuardrailOptions {
  title: string;
  /** Selects the guardrails that the command can run on. */
  fits?: Fits;
}

/** Selects guardrails for a command. */
type Fits = (bindings: Bindings, guardrail: Guardrail) => boolean;

/** False for a default guardrail that was never changed: the API doesn't know it until then. */
export const canBeAssigned: Fits = (_bindings, guardrail) => !isUnconfigured(guardrail);

/** The guardrail of the row that a command ran on, else of the selected row, else one that the user picks. */
export async function guardrailFor(
  view: ResourceView,
  session: AccountSession,
  target: unknown,
  options: PickGuardrailOptions,
): Promise<Guardrail> {
  const data = await guardrailsData(session);
  const fits = options.fits ?? (() => true);
  const given = (guardrailRowOf(target) ?? selectedRow(view, session))?.guardrail;
  // The loaded list may be newer than the row.
  const current = (given && findGuardrail(data, given.id)) ?? given;
  if (current && fits(bindingsById(data)(current.id), current)) return current;
  const items = guardrailItems(data, fits);
  if (items.length === 0) throw new Error(vscode.l10n.t("This command doesn't apply to any guardrail."));
  const picked = await pickOne(
    { title: options.title, account: session },
    { items, placeholder: vscode.l10n.t("Select a guardrail") },
  );
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/**
 * The guardrails and their assignments, read again if older than `maxAgeMs`.
 * @throws Error when they could not be read
 */
export async function guardrailsData(
  { data: { guardrails } }: AccountSession,
  maxAgeMs = Number.POSITIVE_INFINITY,
): Promise<GuardrailsData> {
  await guardrails.ensure(maxAgeMs);
  const { current, failure } = guardrails;
  const isStale = current && Date.now() - current.readAt.getTime() > maxAgeMs;
  // A failed read keeps the previous value, which is used unless it is too old.
  if (current && !(isStale && failure)) return current.value;
  throw new Error(failure ?? vscode.l10n.t("Couldn't load the guardrails."));
}

/** Guardrails as quick pick items, sorted by name. */
export function guardrailItems(data: GuardrailsData, fits: Fits = () => true): PickItem<Guardrail>[] {
  const bindings = bindingsById(data);
  const all = allGuardrails(data);
  const names = guardrailNames({ ...data, guardrails: all });
  const name = ({ id }: Guardrail) => names.get(id) ?? "";
  const workspaces = workspaceNames(data.workspaces);
  const order = nameComparator(displayLocale());
  return all
    .filter((guardrail) => fits(bindings(guardrail.id), guardrail))
    .sort((a, b) => order(name(a), name(b)))
    .map((guardrail) => {
      const bound = bindings(guardrail.id);
      const workspace = workspaces.size > 1 && workspaces.get(guardrail.workspace_id ?? "");
      return {
        label: name(guardrail),
        description: [
          isUnconfigured(guardrail)
            ? notListedText(guardrail)
            : limitText(guardrail.limit_usd, guardrail.reset_interval),
          bindingText(bound),
          workspace,
        ]
          .filter(Boolean)
          .join(" · "),
        iconPath: new vscode.ThemeIcon(guardrailIcon(bound)),
        value: guardrail,
      };
    });
}

/** The guardrail row that a command ran on, or the one above the row it ran on. */
export function guardrailRowOf(target: unknown): Pick<GuardrailNode, "guardrail" | "session"> | undefined {
  for (let node = target as Partial<GuardrailNode> | null | undefined; node; node = node.parent)
    if (node.guardrail && node.session) return { guardrail: node.guardrail, session: node.session };
  return undefined;
}

/** The selected row, unless it still belongs to another account while the view redraws. */
function selectedRow({ tree }: ResourceView, session: AccountSession): ReturnType<typeof guardrailRowOf> {
  const row = tree.visible ? guardrailRowOf(tree.selection[0]) : undefined;
  return row?.session === session ? row : undefined;
}
