import * as vscode from "vscode";
import { type AccountSource, settingIds, stateIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import { createProfileStore, type Profile, profileId } from "./profile.ts";
import { createSampleHost } from "./sampleAccount.ts";

/** For building a client and resolving the server, and for nothing else: it holds the key. */
export interface Credentials {
  profile: Profile;
  source: Exclude<AccountSource, "signedOut">;
  key: string;
  baseUrl: string;
}

/** Which account is in use: the stored key's, else the environment's, else the sample if chosen, else none. */
export interface Account extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  source(): Promise<AccountSource>;
  /** The key and where it may go, or undefined when signed out. Starts the sample account if that is the one in use. */
  credentials(): Promise<Credentials | undefined>;
  /** The ids of the accounts that this window can use: records of others wait until theirs is set up again. */
  knownIds(): Promise<ReadonlySet<string>>;
  setKey(key: string): Promise<void>;
  /** Forgets the stored key, and leaves the sample account. */
  removeKey(): Promise<void>;
  useSample(): Promise<void>;
}

const SAMPLE: Profile = { id: "sample", name: "Sample" };

/** Keeps no copy of the key: SecretStorage is asked each time, so that every window sees the same account. */
export function createAccount({ secrets, globalState }: vscode.ExtensionContext): Account {
  const changed = new vscode.EventEmitter<void>();
  const profiles = createProfileStore(secrets);
  const sample = createSampleHost();
  /** The stored account that was last announced; null before the first change. */
  let announced: string | undefined | null = null;

  const sampleChosen = () => globalState.get(stateIds.sampleChosen, process.env.OPENROUTER_ADMIN_SAMPLE === "1");

  async function leaveSample(): Promise<void> {
    if (sampleChosen()) await globalState.update(stateIds.sampleChosen, false);
    await sample.stop();
  }

  const listeners = vscode.Disposable.from(
    changed,
    secrets.onDidChange(async ({ key }) => {
      if (!profiles.concerns(key)) return;
      const stored = await profiles.current();
      // One change of the account is several changes of secrets.
      if (announced === stored?.profile.id) return;
      announced = stored?.profile.id;
      if (stored) await leaveSample(); // a key set in another window ends the sample here, too
      changed.fire();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.baseUrl)) changed.fire();
    }),
  );

  return {
    onDidChange: changed.event,
    async source() {
      if (await profiles.current()) return "stored";
      if (environmentKey()) return "environment";
      return sampleChosen() ? "sample" : "signedOut";
    },
    async credentials() {
      const stored = await profiles.current();
      if (stored) return { ...stored, source: "stored", baseUrl: baseUrlSetting() };
      const inherited = environmentKey();
      if (inherited) {
        const profile = { id: profileId(inherited), name: "OPENROUTER_PROVISIONING_KEY" };
        return { profile, source: "environment", key: inherited, baseUrl: baseUrlSetting() };
      }
      if (!sampleChosen()) return undefined;
      const { key, baseUrl } = await sample.start();
      return { profile: SAMPLE, source: "sample", key, baseUrl };
    },
    async knownIds() {
      const inherited = environmentKey();
      return new Set([...(await profiles.ids()), SAMPLE.id, ...(inherited ? [profileId(inherited)] : [])]);
    },
    setKey: (key) => profiles.save(key),
    async removeKey() {
      const stored = await profiles.current();
      await leaveSample();
      if (stored) await profiles.remove();
      else changed.fire();
    },
    async useSample() {
      await globalState.update(stateIds.sampleChosen, true);
      changed.fire();
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
