import type { Key } from "../../openrouter/index.ts";
import type { KeysData } from "../data/accountData.ts";

/** The keys with one that was created. */
export function withKey(key: Key): (data: KeysData) => KeysData {
  return (data) => ({ ...data, keys: [key, ...data.keys.filter(({ hash }) => hash !== key.hash)] });
}

/** The keys with one that was changed; where it is not among them, they are another account's. */
export function withChangedKey(key: Key): (data: KeysData) => KeysData {
  return (data) => ({ ...data, keys: data.keys.map((one) => (one.hash === key.hash ? key : one)) });
}

export function withoutKey(hash: string): (data: KeysData) => KeysData {
  return (data) => ({ ...data, keys: data.keys.filter((key) => key.hash !== hash) });
}
