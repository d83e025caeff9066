import type { Key } from "../../openrouter/index.ts";
import type { KeysData } from "../data/accountData.ts";

/** The keys with one that was created or changed: by its hash, first where it is new. */
export function withKey(key: Key): (data: KeysData) => KeysData {
  return (data) => {
    const known = data.keys.some(({ hash }) => hash === key.hash);
    const keys = known ? data.keys.map((one) => (one.hash === key.hash ? key : one)) : [key, ...data.keys];
    return { ...data, keys };
  };
}

export function withoutKey(hash: string): (data: KeysData) => KeysData {
  return (data) => ({ ...data, keys: data.keys.filter((key) => key.hash !== hash) });
}
