import * as vscode from "vscode";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { type AccountSource, settingIds, stateIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import { createProfileStore, type Profile } from "./profile.ts";
import { createSampleHost } from "./sampleAccount.ts";

/** Contains the key, so use it only to create a client or to resolve the MCP server definition. */
export interface Credentials {
  profile: Profile;
  source: Exclude<AccountSource, "signedOut">;
  key: string;
  baseUrl: string;
}

export interface AccountChange {
  /** True if the user set a key in this window, even the same one: the session restarts. */
  isKeySet?: boolean;
}

/** Determines the account in use: the stored key's, else the environment variable's, else the sample account if chosen. */
export interface Account extends vscode.Disposable {
  /** Fires when the account in use may have changed, and whenever a key is set. */
  readonly onDidChange: vscode.Event<AccountChange>;
  source(): Promise<AccountSource>;
  /** True if the base URL setting no longer matches these credentials. */
  hasOtherBaseUrl(credentials: Pick<Credentials, "source" | "baseUrl">): boolean;
  /** True if these credentials are still those of the account in use. */
  isInUse(credentials: Pick<Credentials, "profile" | "source">): Promise<boolean>;
  /** Returns the key and its base URL; undefined when signed out. Starts the sample account if that is in use. */
  credentials(): Promise<Credentials | undefined>;
  /** Returns the ids of the accounts this window can use. Records of other accounts wait until their key is set. */
  knownAccountIds(): Promise<ReadonlySet<string>>;
  setKey(key: string): Promise<void>;
  /** Deletes the stored key, or leaves the sample account. */
  removeKey(): Promise<void>;
  useSample(): Promise<void>;
}

/** Reads SecretStorage each time instead of caching the key, so that all windows see the same account. */
export function createAccount({ secrets, globalState }: vscode.ExtensionContext): Account {
  const changed = new vscode.EventEmitter<AccountChange>();
  const profiles = createProfileStore(secrets);
  const sample = createSampleHost();
  let sampleProfile: Profile | undefined;
  const isSampleChosen = () => globalState.get(stateIds.sampleChosen, process.env.OPENROUTER_ADMIN_SAMPLE === "1");

  async function leaveSample(): Promise<void> {
    if (isSampleChosen()) await globalState.update(stateIds.sampleChosen, false);
    await sample.stop();
  }

  const listeners = vscode.Disposable.from(
    changed,
    secrets.onDidChange(async ({ key }) => {
      if (!profiles.isAccountSecret(key)) return;
      // Errors are shown when the account is opened.
      const stored = await profiles.current().catch(() => undefined);
      if (stored) await leaveSample(); // a key set in another window also ends the sample account here
      changed.fire({});
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.baseUrl)) changed.fire({});
    }),
  );

  return {
    onDidChange: changed.event,
    async source() {
      if (await profiles.current()) return "stored";
      if (environmentKey()) return "environment";
      return isSampleChosen() ? "sample" : "signedOut";
    },
    // The sample account has its own base URL.
    hasOtherBaseUrl: ({ source, baseUrl }) => source !== "sample" && baseUrl !== baseUrlSetting(),
    async isInUse({ profile, source }) {
      const stored = await profiles.current();
      if (stored) return source === "stored" && profile.id === stored.profile.id;
      const inherited = environmentAccountId();
      if (inherited) return source === "environment" && profile.id === inherited;
      return source === "sample" && isSampleChosen() && profile.id === sampleProfile?.id;
    },
    async credentials() {
      const stored = await profiles.current();
      if (stored) return { ...stored, source: "stored", baseUrl: baseUrlSetting() };
      const inherited = environmentKey();
      if (inherited) {
        const profile = { id: getAccountId(inherited), name: "OPENROUTER_PROVISIONING_KEY" };
        return { profile, source: "environment", key: inherited, baseUrl: baseUrlSetting() };
      }
      if (!isSampleChosen()) return undefined;
      const { id, key, baseUrl } = await sample.start();
      sampleProfile = { id, name: "Sample" };
      return { profile: sampleProfile, source: "sample", key, baseUrl };
    },
    async knownAccountIds() {
      const inherited = environmentAccountId();
      return new Set([...(await profiles.ids()), ...(inherited ? [inherited] : [])]);
    },
    async setKey(key) {
      await profiles.save(key);
      changed.fire({ isKeySet: true });
    },
    async removeKey() {
      const stored = await profiles.current();
      await leaveSample();
      if (stored) await profiles.remove();
      else changed.fire({});
    },
    async useSample() {
      await globalState.update(stateIds.sampleChosen, true);
      changed.fire({});
    },
    dispose() {
      listeners.dispose();
      void sample.stop();
    },
  };
}

function environmentKey(): string | undefined {
  return process.env.OPENROUTER_PROVISIONING_KEY?.trim() || undefined;
}

function environmentAccountId(): string | undefined {
  const key = environmentKey();
  return key && getAccountId(key);
}
