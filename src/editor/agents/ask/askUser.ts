import * as vscode from "vscode";
import type { Write } from "../../../channel/gate.ts";
import { turnOffWritesAndConfirm } from "../../mcp/writeMode.ts";
import { askModal } from "../../platform/dialogs.ts";
import { errorText } from "../../platform/errorText.ts";
import { quoted } from "../../platform/quoted.ts";
import type { DeciderOptions } from "../decide.ts";
import { questionFor } from "./question.ts";

/** Enter refuses: a modal may open while the user is typing, so the default button must be safe. */
export const askUser: DeciderOptions["ask"] = async (write, session, known, { forSession }) => {
  const t = vscode.l10n.t;
  const [refuse, allow, allowSession] = [t("Refuse"), t("Allow"), t("Allow for This Session")];
  const refuseAll = t("Refuse and Turn Off");
  const { question, detail } = questionFor(write, session, known);
  const buttons = [allow, ...(forSession ? [allowSession] : []), refuseAll];
  const chosen = await askModal(session, question, { detail, buttons, safe: refuse });
  if (chosen === refuseAll) await turnOff();
  return chosen === allow ? "allow" : chosen === allowSession ? "allowSession" : "refuse";
};

/** Makes agents read-only. If that fails, this write is still refused. */
async function turnOff(): Promise<void> {
  try {
    await turnOffWritesAndConfirm();
  } catch (error) {
    void vscode.window.showErrorMessage(errorText(error));
  }
}

/** Tells the user that their answer came too late. */
export function showTooLate({ request }: Write): void {
  const { client } = request.caller;
  void vscode.window.showWarningMessage(
    vscode.l10n.t("Nothing was changed. {0} stopped waiting for your answer.", quoted(client)),
  );
}
