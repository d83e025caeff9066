import * as vscode from "vscode";
import { type AskedAccount, titleWithAccount } from "../platform/accountText.ts";
import { stepNumbers } from "./stepNumbers.ts";

/** Returned by a step when the user goes back. */
export const BACK = Symbol("back");

/** An input's title and position in a wizard: shown in its title as (2/4), with a Back button from the second input on. */
export interface InputPosition {
  title: string;
  /** Shown in the title. */
  account: AskedAccount;
  /** Names what is changed, by more than its name, which others may have too. */
  about?: string;
  step?: number;
  totalSteps?: number;
  canGoBack?: boolean;
}

export interface WizardStep<S> {
  /** Asks the user and returns the fields to add to the state. @throws vscode.CancellationError when closed */
  ask(state: S, position: InputPosition): Promise<Partial<S> | typeof BACK>;
  /**
   * The step is skipped if this returns false for the answers so far. If that is known before, leave out the step
   * instead: see `stepNumbers`.
   */
  when?(state: S): boolean;
}

/**
 * Runs the steps one after another; Back keeps the answers.
 * @param about what is changed; see `InputPosition`
 * @throws vscode.CancellationError when the user closes an input
 */
export async function wizard<S extends object>(
  account: AskedAccount,
  title: string,
  initial: S,
  steps: WizardStep<S>[],
  about?: string,
): Promise<S> {
  const numbers = stepNumbers(steps);
  const asked: WizardStep<S>[] = [];
  let state = initial;
  for (;;) {
    const next = steps.find((step) => !asked.includes(step) && (step.when?.(state) ?? true));
    if (!next) return state;
    const position = {
      ...{ account, title, about },
      step: numbers[steps.indexOf(next)],
      totalSteps: numbers.at(-1),
      canGoBack: asked.length > 0,
    };
    const answer = await next.ask(state, position);
    if (answer === BACK) asked.pop();
    else {
      state = { ...state, ...answer };
      asked.push(next);
    }
  }
}

/** Adds what the input is about to its prompt or placeholder. */
export function withAbout(text: string | undefined, { about }: InputPosition): string | undefined {
  return [text, about].filter(Boolean).join(" · ") || undefined;
}

/** Shows a quick input until the user answers, goes back or closes it. */
export function awaitInput<I extends vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, R>(
  input: I,
  position: InputPosition,
  listen: (resolve: (answer: R) => void, input: I) => void,
): Promise<R | typeof BACK> {
  const { promise, resolve, reject } = Promise.withResolvers<R | typeof BACK>();
  input.title = titleWithAccount(position.title, position.account);
  input.step = position.totalSteps === 1 ? undefined : position.step;
  input.totalSteps = position.totalSteps === 1 ? undefined : position.totalSteps;
  input.ignoreFocusOut = true;
  if (position.canGoBack) input.buttons = [vscode.QuickInputButtons.Back, ...input.buttons];
  input.onDidTriggerButton((button) => {
    if (button === vscode.QuickInputButtons.Back) resolve(BACK);
  });
  input.onDidHide(() => reject(new vscode.CancellationError()));
  listen(resolve, input);
  input.show();
  return promise.finally(() => input.dispose());
}
