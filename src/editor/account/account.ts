import { join } from "node:path";
import * as vscode from "vscode";
import { getAccountId, getKeyLabel } from "../../openrouter/account/accountId.ts";
import { type AccountSource, settingIds, stateIds } from "../platform/ids.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import { createProfileStore } from "./profile.ts";
import type { NewAccount, ProfileChanges } from "./profileChanges.ts";
import {
  type AccountColor,
  accountInUse,
  DEFAULT_NAME,
  ENVIRONMENT_ID,
  ENVIRONMENT_NAME,
  type Profile,
  SAMPLE_ID,
  SAMPLE_NAME,
  type StoredProfile,
  usableProfiles,
} from "./profileList.ts";
import { createSampleHost } from "./sampleAccount.ts";

/** Contains the key, so use it only to create a client or to resolve the MCP server definition. */
export interface Credentials {
  profile: Profile;
  source: Exclude<AccountSource, "signedOut">;
  key: string;
  /** Derived from the key by a one-way hash; differs from the profile's id once the key was replaced. */
  keyId: string;
  baseUrl: string;
  /** How the account was shown when this was read. */
  label: AccountLabel;
}

export interface AccountChange {
  /**
   * Given if this window put an account in use, removed one or set a key, even the same one. Returns true if the session
   * with these credentials ends: immediately, so that once the command has ended, nothing is answered for the account before.
   */
  endsSession?(credentials: Credentials): boolean;
}

/** How an account is shown. */
export interface AccountLabel {
  /** Unique among this user's accounts. */
  name: string;
  color?: AccountColor;
  /** True if views say which account they show: there are several, or it is the sample account. */
  isMarked: boolean;
  /** True for the sample account if the user also has accounts of their own. */
  hasOwnAccounts?: boolean;
}

/** An account that can be used in this window. */
export interface AccountChoice {
  /** What `use` takes: the id of a profile, "sample" or "environment". */
  choice: string;
  source: Exclude<AccountSource, "signedOut">;
  profile: StoredProfile;
}

export interface AccountChoices {
  /** The stored accounts and the environment's, without the sample account. */
  own: readonly AccountChoice[];
  sample: AccountChoice;
  /** The account in use; undefined when signed out. */
  current: AccountChoice | undefined;
  /** "signedOut" also if the key of the account in use is missing. */
  source: AccountSource;
}

/** Knows this user's accounts and determines which one is in use. */
export interface Account extends vscode.Disposable {
  /** Fires when an account may have changed, and whenever a key is set. */
  readonly onDidChange: vscode.Event<AccountChange>;
  /** True if the base URL setting no longer matches these credentials. */
  hasOtherBaseUrl(credentials: Pick<Credentials, "source" | "baseUrl">): boolean;
  /** Returns how the account is shown now; undefined if these are no longer the credentials of the account in use. */
  labelIfInUse(credentials: Credentials): Promise<AccountLabel | undefined>;
  /** Returns the key and its base URL; undefined when signed out. Starts the sample account if that is in use. */
  credentials(): Promise<Credentials | undefined>;
  /** Returns the ids of the accounts this window can use. Records of other accounts wait until their key is set. */
  knownAccountIds(): Promise<ReadonlySet<string>>;
  choices(): Promise<AccountChoices>;
  /** Returns the key of a stored account. */
  storedKey(id: string): Promise<string | undefined>;
  /** Stores another account and puts it in use. */
  add(account: NewAccount): Promise<StoredProfile>;
  /** Stores a new key of an account and puts it in use. */
  replaceKey: ProfileChanges["replaceKey"];
  /** Puts an account in use in all windows. */
  use(choice: string): Promise<void>;
  /** Restarts the session after the user has set the key in use again. */
  restart(): void;
  update: ProfileChanges["update"];
  remove: ProfileChanges["remove"];
  /** Returns to the account that was in use before the sample account. */
  leaveSample(): Promise<void>;
}

const SAMPLE: AccountChoice = {
  choice: SAMPLE_ID,
  source: "sample",
  profile: { id: SAMPLE_ID, name: SAMPLE_NAME, color: "yellow" },
};

/** Reads SecretStorage each time instead of caching the key, so that all windows see the same account. */
export function createAccount({ secrets, globalState, globalStorageUri }: vscode.ExtensionContext): Account {
  const changed = new vscode.EventEmitter<AccountChange>();
  const profiles = createProfileStore(secrets, async () =>
    (await import("./profileLock.ts")).createProfileLock(
      join(globalStorageUri.fsPath, "accounts"),
      vscode.l10n.t("The accounts are being changed, or the system's keychain doesn't answer. Try again."),
    ),
  );
  const sample = createSampleHost();
  const endSession = (endsSession: AccountChange["endsSession"]) => changed.fire({ endsSession });
  const endOf = (choice: string) => endSession((session) => choiceOf(session) === choice);
  const endOthers = (choice: string) => endSession((session) => choiceOf(session) !== choice);
  /** The id of the sample account that this window has started. */
  let sampleId: string | undefined;
  /** Set by earlier versions, and where SecretStorage can't be written. */
  const prefersSample = () => globalState.get(stateIds.sampleChosen, process.env.OPENROUTER_ADMIN_SAMPLE === "1");

  /** Reads SecretStorage once for all that depends on it. @returns the choices, and the key of the account in use */
  async function read(): Promise<AccountChoices & { key: string | undefined }> {
    const list = await profiles.list();
    const stored = usableProfiles(list);
    const own = stored.map((profile): AccountChoice => ({ choice: profile.id, source: "stored", profile }));
    const key = environmentKey();
    const environmentId = key && getAccountId(key);
    // The environment's key may also be stored: then it is one account.
    const twin = stored.find(({ id }) => id === environmentId);
    if (environmentId && !twin) {
      const profile = { id: environmentId, name: ENVIRONMENT_NAME };
      own.push({ choice: ENVIRONMENT_ID, source: "environment", profile });
    }
    const chosen = list.current === ENVIRONMENT_ID && twin ? { ...list, current: twin.id } : list;
    const used = accountInUse(chosen, {
      hasEnvironment: environmentId !== undefined && !twin,
      prefersSample: prefersSample(),
    });
    const current = [...own, SAMPLE].find(({ choice }) => choice === used);
    const usedKey = current?.source === "stored" ? await profiles.key(current.profile.id) : key;
    const source = current?.source === "stored" && !usedKey ? "signedOut" : (current?.source ?? "signedOut");
    return { own, sample: SAMPLE, current, source, key: usedKey };
  }

  /** Keeps the sample account running: it is one of the accounts, and the user may return to it until the window closes. */
  async function leaveSample(): Promise<void> {
    if (prefersSample()) await globalState.update(stateIds.sampleChosen, false);
  }

  const listeners = vscode.Disposable.from(
    changed,
    secrets.onDidChange(({ key }) => {
      if (profiles.isAccountSecret(key)) changed.fire({});
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.baseUrl)) changed.fire({});
    }),
  );

  return {
    onDidChange: changed.event,
    async choices() {
      const { key: _, ...choices } = await read();
      return choices;
    },
    // The sample account has its own base URL.
    hasOtherBaseUrl: ({ source, baseUrl }) => source !== "sample" && baseUrl !== baseUrlSetting(),
    async labelIfInUse({ profile, source, keyId }) {
      const { own, current, key = "", source: sourceInUse } = await read();
      if (!current || sourceInUse !== source) return undefined;
      if (source === "sample") return profile.id === sampleId ? labelOf(current, own, "") : undefined;
      const isSame = profile.id === current.profile.id && getAccountId(key) === keyId;
      return isSame ? labelOf(current, own, key) : undefined;
    },
    async credentials() {
      const { own, current, key = "", source } = await read();
      if (!current || source === "signedOut") return undefined;
      const { profile } = current;
      const label = labelOf(current, own, key);
      if (source !== "sample")
        return { profile, source, key, keyId: getAccountId(key), baseUrl: baseUrlSetting(), label };
      const { id, key: sampleKey, baseUrl } = await sample.start();
      sampleId = id;
      return { profile: { ...profile, id }, source, key: sampleKey, keyId: getAccountId(sampleKey), baseUrl, label };
    },
    async knownAccountIds() {
      const { own } = await read();
      return new Set(own.map(({ profile }) => profile.id));
    },
    storedKey: profiles.key,
    // Changes of SecretStorage are reported in all windows: in this one, before or after the change has ended.
    async add(account) {
      const profile = await profiles.add(account);
      await leaveSample();
      endOthers(profile.id);
      return profile;
    },
    async replaceKey(id, ...given) {
      const isReplaced = await profiles.replaceKey(id, ...given);
      if (isReplaced) {
        await leaveSample();
        endOthers(id);
      }
      return isReplaced;
    },
    async use(choice) {
      if (choice === SAMPLE_ID) {
        await globalState.update(stateIds.sampleChosen, true);
        // Without any account, the sample account works even if SecretStorage can't be written.
        await profiles.use(choice).catch(async (error) => {
          if ((await read()).source !== "sample") throw error;
        });
      } else {
        await profiles.use(choice);
        await leaveSample();
      }
      endOthers(choice);
    },
    restart: () => endSession(() => true),
    update: profiles.update,
    async remove(id) {
      const isRemoved = await profiles.remove(id);
      if (isRemoved) endOf(id);
      return isRemoved;
    },
    async leaveSample() {
      await leaveSample();
      const { current: used, previous } = await profiles.list();
      if (used === SAMPLE_ID) await profiles.use(previous);
      endOf(SAMPLE_ID);
    },
    dispose() {
      listeners.dispose();
      void sample.stop();
    },
  };
}

const choiceOf = ({ source, profile }: Credentials) => (source === "stored" ? profile.id : source);

function labelOf({ source, profile }: AccountChoice, own: readonly AccountChoice[], key: string): AccountLabel {
  const { name, color } = profile;
  if (source === "sample") return { name, color, isMarked: true, hasOwnAccounts: own.length > 0 };
  if (own.length > 1) return { name, color, isMarked: true };
  // The key's label distinguishes accounts that were never named.
  const isNamed = source === "stored" && name !== DEFAULT_NAME;
  return { name: isNamed ? name : `${name} (${getKeyLabel(key)})`, color, isMarked: false };
}

function environmentKey(): string | undefined {
  return process.env.OPENROUTER_PROVISIONING_KEY?.trim() || undefined;
}
