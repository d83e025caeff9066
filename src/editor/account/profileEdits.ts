// Changes of the list of accounts. Pure.
import {
  type AccountColor,
  accountColors,
  ENVIRONMENT_ID,
  type Profile,
  type ProfileList,
  SAMPLE_ID,
  type StoredProfile,
} from "./profileList.ts";

/** Adds a profile, or changes the one with its id. */
export function withProfile(list: ProfileList, profile: StoredProfile): ProfileList {
  const exists = list.profiles.some(({ id }) => id === profile.id);
  const profiles = exists
    ? list.profiles.map((one) => (one.id === profile.id ? profile : one))
    : [...list.profiles, profile];
  return { ...list, profiles };
}

/** Removes a profile. If it was in use, the account before it is used, or the one that windows choose themselves. */
export function withoutProfile(list: ProfileList, id: string): ProfileList {
  const profiles = list.profiles.filter((one) => one.id !== id);
  const { current, previous } = list;
  const isLeft = (choice: string | undefined) =>
    choice !== id && choice !== SAMPLE_ID && (choice === ENVIRONMENT_ID || profiles.some((one) => one.id === choice));
  return {
    ...list,
    profiles,
    current: current !== id ? current : isLeft(previous) ? previous : undefined,
    previous: isLeft(previous) && current !== id ? previous : undefined,
  };
}

export function withCurrent(list: ProfileList, choice: string | undefined): ProfileList {
  if (list.current === choice) return list;
  return { ...list, current: choice, previous: list.current };
}

/** Returns the color that the fewest accounts have. */
export function nextColor(profiles: readonly Profile[]): AccountColor {
  const count = (color: AccountColor) => profiles.filter((one) => one.color === color).length;
  return accountColors.toSorted((a, b) => count(a) - count(b))[0] ?? "blue";
}
