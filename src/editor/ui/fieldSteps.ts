import * as vscode from "vscode";
import { resetPeriods, type Workspace } from "../../openrouter/index.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { amountText, parseAmount } from "./amount.ts";
import { amountProblemText } from "./amountProblemText.ts";
import { askText } from "./askText.ts";
import { resetText } from "./limitText.ts";
import { pickOne } from "./pick.ts";
import { BACK, type WizardStep } from "./wizard.ts";

// Wizard steps shared by keys and guardrails. Each asks for one field, named as in OpenRouter's API.

interface NameOptions {
  before?: string;
  prompt: string;
  /** Shown if the input is empty. */
  missing: string;
  maxLength?: number;
}

export function nameStep<S extends { name?: string }>({
  before,
  prompt,
  missing,
  maxLength,
}: NameOptions): WizardStep<S> {
  function problem(text: string): string | undefined {
    const { length } = text.trim();
    if (length === 0) return missing;
    if (maxLength === undefined || length <= maxLength) return undefined;
    return vscode.l10n.t("Enter at most {0} characters (now {1}).", maxLength, length);
  }
  return {
    async ask(state, position) {
      const name = await askText(position, { value: state.name ?? before, prompt, validate: problem });
      return name === BACK ? BACK : ({ name: name.trim() } as Partial<S>);
    },
  };
}

export function workspaceStep<S extends { workspace_id?: string }>(workspaces: readonly Workspace[]): WizardStep<S> {
  return {
    async ask(state, position) {
      const names = workspaceNames(workspaces);
      const items = workspaces.map(({ id, slug }) => ({
        label: names.get(id) ?? "",
        description: safeLabel(slug),
        value: id,
      }));
      const placeholder = vscode.l10n.t("Select a workspace");
      const workspace_id = await pickOne(position, { items, placeholder, active: (id) => id === state.workspace_id });
      return workspace_id === BACK ? BACK : ({ workspace_id } as Partial<S>);
    },
  };
}

interface LimitOptions {
  prompt: string;
  /** The current limit. */
  before?: number | null;
  /** The amount must be given and above 0; otherwise an empty text means no limit. */
  required?: boolean;
  /** Returns why the amount in USD is invalid for another reason, or undefined. */
  check?(usd: number): string | undefined;
}

/** Asks for a limit in USD. Only an empty text means no limit. */
export function limitStep<F extends string, S extends { [K in F]?: number | null }>(
  field: F,
  { prompt, before, required = false, check }: LimitOptions,
): WizardStep<S> {
  return {
    async ask(state, position) {
      const locale = displayLocale();
      const limit = state[field] === undefined ? before : state[field];
      const value = limit == null ? "" : amountText(limit, locale);
      function problem(text: string): string | undefined {
        if (text === value && text !== "") return limit == null ? undefined : check?.(limit);
        if (text === "" && !required) return undefined;
        const parsed = parseAmount(text, locale);
        if (!("usd" in parsed)) return amountProblemText(text, parsed, { required });
        if (required && parsed.usd === 0) return vscode.l10n.t("Enter an amount above 0.");
        return check?.(parsed.usd);
      }
      const placeholder = required ? undefined : vscode.l10n.t("no limit");
      const text = await askText(position, { value, prompt, placeholder, validate: problem });
      if (text === BACK) return BACK;
      // An amount that was not touched stays exactly as it was.
      const parsed = text === value && limit != null ? { usd: limit } : parseAmount(text, locale);
      return { [field]: "usd" in parsed ? parsed.usd : null } as Partial<S>;
    },
  };
}

interface ResetOptions<S> {
  before?: string | null;
  /** The description of "never", which is offered only if this is set. */
  never?: string;
  when?(state: S): boolean;
}

/** Asks how often a limit resets. */
export function resetStep<F extends string, S extends { [K in F]?: string | null }>(
  field: F,
  { before, never, when }: ResetOptions<S>,
): WizardStep<S> {
  const explained: Record<string, string> = {
    daily: vscode.l10n.t("at midnight UTC"),
    weekly: vscode.l10n.t("on Monday, midnight UTC"),
    monthly: vscode.l10n.t("on the first of the month, midnight UTC"),
  };
  return {
    when,
    async ask(state, position) {
      const items = [...(never === undefined ? [] : [null]), ...resetPeriods].map((value: string | null) => ({
        label: resetText(value),
        description: value ? explained[value] : never,
        value,
      }));
      const current = state[field] === undefined ? (before ?? null) : state[field];
      const chosen = await pickOne(position, {
        items,
        placeholder: vscode.l10n.t("When does the limit reset?"),
        active: (value) => value === current,
      });
      return chosen === BACK ? BACK : ({ [field]: chosen } as Partial<S>);
    },
  };
}
