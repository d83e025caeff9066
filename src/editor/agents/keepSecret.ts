import * as vscode from "vscode";
import type { Write } from "../../channel/gate.ts";
import type { CreatedKey } from "../../openrouter/endpoints/createdKey.ts";
import { findCreatedKey } from "../../openrouter/keys/createdKeys.ts";
import type { KeyRef } from "../../openrouter/rotation/types.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { keyItems } from "../keys/pickKey.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { replaceInFiles } from "../rotation/files/replaceInFiles.ts";
import { copyAtOnce } from "../secrets/copyAtOnce.ts";
import { handOver, type Way } from "../secrets/handOver.ts";
import { unidentifiedKey } from "../secrets/heldSecret.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { quoted } from "./ask/quoted.ts";
import { nameIn } from "./changes/nameIn.ts";
import type { AgentServices } from "./services.ts";

export type Keep = (created: CreatedKey, write: Write, session: AccountSession) => Promise<void>;

/** Keeps the secret of a key that an agent created, and offers it to the person. Never fails: the agent does not get it. */
export function createKeeper(services: AgentServices): Keep {
  const { secrets, log } = services;
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);

  return async (created, { request }, session) => {
    const { key: secret, data, hash = unidentifiedKey() } = created;
    const name = nameIn(request.body);
    const held: KeyRef = data ?? { hash, name, label: "" };
    try {
      await secrets.hold(session.id, held, secret);
    } catch (error) {
      log.error(`The secret of the key ${held.hash} could not be kept: ${errorText(error)}`);
      // The question stays open until it is answered, and the agent does not wait for that.
      copyAtOnce(held, secret).catch(failed);
      return;
    }
    present(session, held, created, name).catch(failed);
  };

  async function present(session: AccountSession, held: KeyRef, created: CreatedKey, name: string): Promise<void> {
    const found = await findCreatedKey(session.client, created, { name });
    if (found && found.hash !== held.hash) {
      await secrets.hold(session.id, found, created.key);
      await secrets.discard(held.hash);
    }
    await offer(session, found ?? held);
  }

  /** What is not taken now waits, as after Create Key: the key's row says so. */
  async function offer(session: AccountSession, key: KeyRef): Promise<void> {
    const t = vscode.l10n.t;
    const [copy, replace] = [t("Copy"), t("Replace in Files…")];
    const created = t("An agent created the key {0}. Its secret is kept in VS Code.", quoted(keyName(key)));
    const chosen = await vscode.window.showInformationMessage(created, copy, replace);
    if (!chosen) return;
    await runReported(log, commandIds.handOverSecret, async () => {
      await handOver(secrets, key, {
        title: t("The secret of {0}", keyName(key)),
        more: [replaceOther(session, key)],
        first: chosen === copy ? "copied" : "replaced",
      });
    });
  }
}

/** Puts the new secret where files hold another key, which the person names. */
function replaceOther(session: AccountSession, created: KeyRef): Way {
  const t = vscode.l10n.t;
  return {
    how: "replaced",
    icon: "replace-all",
    label: t("Replace in Files…"),
    detail: t("Where the workspace's .env and similar files hold the key that it replaces"),
    async take(secret) {
      const items = keyItems(session, ({ hash }) => hash !== created.hash);
      const placeholder = t("Which key does it replace?");
      const old = await pickOne({ title: t("Replace in Files…"), canGoBack: true }, { items, placeholder }).catch(
        closed,
      );
      return old !== undefined && old !== BACK && replaceInFiles({ old }).take(secret);
    },
  };
}

function closed(error: unknown): undefined {
  if (!(error instanceof vscode.CancellationError)) throw error;
}
