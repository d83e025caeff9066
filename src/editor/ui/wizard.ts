import * as vscode from "vscode";
import { type AskedAccount, titleWithAccount } from "../platform/accountText.ts";

/** Returned by a step when the user goes back. */
export const BACK = Symbol("back");

/** An input's title and position in a wizard: shown in its title as (2/4), with a Back button from the second step on. */
export interface InputPosition {
  title: string;
  /** Shown in the title. */
  account: AskedAccount;
  step?: number;
  totalSteps?: number;
  canGoBack?: boolean;
}

export interface WizardStep<S> {
  /** Asks the user and returns the fields to add to the state. @throws vscode.CancellationError when closed */
  ask(state: S, position: InputPosition): Promise<Partial<S> | typeof BACK>;
  /** The step is skipped if this returns false for the answers so far. */
  when?(state: S): boolean;
}

/**
 * Runs the steps one after another; Back keeps the answers.
 * @throws vscode.CancellationError when the user closes an input
 */
export async function wizard<S extends object>(
  account: AskedAccount,
  title: string,
  initial: S,
  steps: WizardStep<S>[],
): Promise<S> {
  const asked: WizardStep<S>[] = [];
  let state = initial;
  for (;;) {
    const applying = steps.filter((step) => step.when?.(state) ?? true);
    const next = applying.find((step) => !asked.includes(step));
    if (!next) return state;
    const position = {
      ...{ account, title },
      step: asked.length + 1,
      totalSteps: asked.length + applying.filter((step) => !asked.includes(step)).length,
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
