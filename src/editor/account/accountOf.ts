import type { AskedAccount } from "../platform/accountText.ts";
import type { AccountChoices } from "./account.ts";
import { SAMPLE_NAME } from "./profileList.ts";
import { isEndedSample, isSampleId } from "./sampleId.ts";

/**
 * Names the account with a profile id, whether or not it is in use.
 * @param id undefined in records of version 0.1, which had no accounts
 */
export function accountOf(id: string | undefined, { own }: Pick<AccountChoices, "own">): AskedAccount {
  if (id === undefined) return "notInUse";
  if (isSampleId(id)) return isEndedSample(id) ? "removed" : { name: SAMPLE_NAME, source: "sample" };
  const found = own.find(({ profile }) => profile.id === id);
  return found ? { name: found.profile.name, source: found.source } : "removed";
}
