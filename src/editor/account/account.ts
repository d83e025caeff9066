import * as vscode from "vscode";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { type AccountSource, settingIds, stateIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import { createProfileStore, type Profile } from "./profile.ts";
import { createSampleHost } from "./sampleAccount.ts";

/** For building a client and resolving the server, and for nothing else: it holds the key. */
export interface Credentials {
  profile: Profile;
  source: Exclude<AccountSource, "signedOut">;
  key: string;
  baseUrl: string;
}

export interface AccountChange {
  /** Set where a person set a key in this window, perhaps the same one: all is to begin anew. */
  renewed?: boolean;
}

/** Which account is in use: the stored key's, else the environment's, else the sample if chosen, else none. */
export interface Account extends vscode.Disposable {
  /** Fires when another account may be in use, and when a key was set. */
  readonly onDidChange: vscode.Event<AccountChange>;
  source(): Promise<AccountSource>;
  /** True at once where the base URL is another by now. */
  hasOtherBaseUrl(credentials: Pick<Credentials, "source" | "baseUrl">): boolean;
  /** True if these credentials are still those of the account in use. */
  isInUse(credentials: Pick<Credentials, "profile" | "source">): Promise<boolean>;
  /** The key and where it may go, or undefined when signed out. Starts the sample account if that is the one in use. */
  credentials(): Promise<Credentials | undefined>;
  /** The ids of the accounts that this window can use: records of others wait until theirs is set up again. */
  knownAccountIds(): Promise<ReadonlySet<string>>;
  setKey(key: string): Promise<void>;
  /** Forgets the stored key, and leaves the sample account. */
  removeKey(): Promise<void>;
  useSample(): Promise<void>;
}

const SAMPLE: Profile = { id: "sample", name: "Sample" };

/** Keeps no copy of the key: SecretStorage is asked each time, so that every window sees the same account. */
export function createAccount({ secrets, globalState }: vscode.ExtensionContext): Account {
  const changed = new vscode.EventEmitter<AccountChange>();
  const profiles = createProfileStore(secrets);
  const sample = createSampleHost();
  const sampleChosen = () => globalState.get(stateIds.sampleChosen, process.env.OPENROUTER_ADMIN_SAMPLE === "1");

  async function leaveSample(): Promise<void> {
    if (sampleChosen()) await globalState.update(stateIds.sampleChosen, false);
    await sample.stop();
  }

  const listeners = vscode.Disposable.from(
    changed,
    secrets.onDidChange(async ({ key }) => {
      if (!profiles.concerns(key)) return;
      // What fails here is shown where the account is opened.
      const stored = await profiles.current().catch(() => undefined);
      if (stored) await leaveSample(); // a key set in another window ends the sample here, too
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
      return sampleChosen() ? "sample" : "signedOut";
    },
    // The sample account has an address of its own.
    hasOtherBaseUrl: ({ source, baseUrl }) => source !== "sample" && baseUrl !== baseUrlSetting(),
    async isInUse({ profile, source }) {
      const stored = await profiles.current();
      if (stored) return source === "stored" && profile.id === stored.profile.id;
      const inherited = idOfEnvironment();
      if (inherited) return source === "environment" && profile.id === inherited;
      return source === "sample" && sampleChosen();
    },
    async credentials() {
      const stored = await profiles.current();
      if (stored) return { ...stored, source: "stored", baseUrl: baseUrlSetting() };
      const inherited = environmentKey();
      if (inherited) {
        const profile = { id: getAccountId(inherited), name: "OPENROUTER_PROVISIONING_KEY" };
        return { profile, source: "environment", key: inherited, baseUrl: baseUrlSetting() };
      }
      if (!sampleChosen()) return undefined;
      const { key, baseUrl } = await sample.start();
      return { profile: SAMPLE, source: "sample", key, baseUrl };
    },
    async knownAccountIds() {
      const inherited = idOfEnvironment();
      return new Set([...(await profiles.ids()), SAMPLE.id, ...(inherited ? [inherited] : [])]);
    },
    async setKey(key) {
      await profiles.save(key);
      changed.fire({ renewed: true });
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

function idOfEnvironment(): string | undefined {
  const key = environmentKey();
  return key && getAccountId(key);
}
