import type { Write } from "../../channel/gate.ts";
import type { CreatedKey } from "../../openrouter/endpoints/createdKey.ts";
import { findCreatedKey } from "../../openrouter/keys/findCreatedKey.ts";
import type { KeyRef } from "../../openrouter/rotation/record.ts";
import type { AccountSession } from "../data/accountData.ts";
import { unidentifiedKeyHash } from "../secrets/pendingSecret.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";
import { nameInBody } from "./changes/nameInBody.ts";
import type { ErrorLog } from "./services.ts";

export type Keep = (created: CreatedKey, write: Write, session: AccountSession) => Promise<void>;

export interface SecretKeeperOptions extends ErrorLog {
  secrets: Pick<PendingSecrets, "hold" | "discard">;
  /** Offers a secret that is kept to the person. */
  offer(session: AccountSession, key: KeyRef): Promise<void>;
  /** Asks the person whether to copy a secret that cannot be kept. */
  askToCopy(key: KeyRef): Promise<boolean>;
  /** Puts a secret on the clipboard. */
  copy(secret: string): PromiseLike<void>;
}

/** Keeps the secret of a key that an agent created, and offers it to the person. Never fails: the agent does not get it. */
export function createSecretKeeper({ secrets, offer, askToCopy, copy, log, errorText }: SecretKeeperOptions): Keep {
  const failed = (error: unknown) => log.error(`Agents: ${errorText(error)}`);

  return async (created, { request }, session) => {
    const { key: secret, data, hash = unidentifiedKeyHash() } = created;
    const name = nameInBody(request.body);
    const held: KeyRef = data ?? { hash, name, label: "" };
    try {
      await secrets.hold(session.id, held, secret);
    } catch (error) {
      log.error(`The secret of the key ${held.hash} could not be kept: ${errorText(error)}`);
      // The question stays open until it is answered, and the agent does not wait for that.
      copyNow(held, secret).catch(failed);
      return;
    }
    present(session, held, created, name).catch(failed);
  };

  async function copyNow(key: KeyRef, secret: string): Promise<void> {
    if (await askToCopy(key)) await copy(secret);
  }

  async function present(session: AccountSession, held: KeyRef, created: CreatedKey, name: string): Promise<void> {
    const found = await findCreatedKey(session.client, created, { name });
    if (found && found.hash !== held.hash) {
      await secrets.hold(session.id, found, created.key);
      await secrets.discard(held.hash);
    }
    await offer(session, found ?? held);
  }
}
