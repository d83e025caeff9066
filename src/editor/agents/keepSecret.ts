import type { Write } from "../../channel/gate.ts";
import type { CreatedKey } from "../../openrouter/endpoints/createdKey.ts";
import { findCreatedKey } from "../../openrouter/keys/findCreatedKey.ts";
import type { KeyRef } from "../../openrouter/rotation/record.ts";
import type { AccountSession } from "../data/accountData.ts";
import { unidentifiedKeyHash } from "../secrets/pendingSecret.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import { nameInBody } from "./changes/nameInBody.ts";
import type { ErrorLog } from "./services.ts";

export type KeepSecret = (created: CreatedKey, write: Write, session: AccountSession) => Promise<void>;

export interface SecretKeeperOptions extends ErrorLog {
  secrets: Pick<PendingSecrets, "store" | "discard">;
  /** Offers a stored secret to the user. */
  offer(session: AccountSession, key: KeyRef): Promise<void>;
  /** Asks the user whether to copy a secret that can't be stored. */
  askToCopy(session: AccountSession, key: KeyRef): Promise<boolean>;
  /** Copies a secret to the clipboard. */
  copy(secret: string): PromiseLike<void>;
}

/** Stores the secret of a key that an agent created, and offers it to the user. Never fails. */
export function createSecretKeeper({
  secrets,
  offer,
  askToCopy,
  copy,
  log,
  errorText,
}: SecretKeeperOptions): KeepSecret {
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);

  return async (created, { request }, session) => {
    const { key: secret, data, hash = unidentifiedKeyHash() } = created;
    const name = nameInBody(request.body);
    const keyRef: KeyRef = data ?? { hash, name, label: "" };
    try {
      await secrets.store(session.id, keyRef, secret);
    } catch (error) {
      log.error(`The secret of the key ${keyRef.hash} couldn't be stored: ${errorText(error)}`);
      // Not awaited: the agent must not wait until the user answers.
      copyNow(session, keyRef, secret).catch(failed);
      return;
    }
    identifyAndOffer(session, keyRef, created, name).catch(failed);
  };

  async function copyNow(session: AccountSession, key: KeyRef, secret: string): Promise<void> {
    if (await askToCopy(session, key)) await copy(secret);
  }

  async function identifyAndOffer(
    session: AccountSession,
    keyRef: KeyRef,
    created: CreatedKey,
    name: string,
  ): Promise<void> {
    const found = await findCreatedKey(session.client, created, { name });
    if (found && found.hash !== keyRef.hash) {
      await secrets.store(session.id, found, created.key);
      await secrets.discard(keyRef.hash);
    }
    await offer(session, found ?? keyRef);
  }
}
