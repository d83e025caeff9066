import type { Account } from "../account/account.ts";
import type { NamedAccount } from "../platform/accountText.ts";

/** Returns the accounts of this user by their management keys, as far as VS Code has these. @throws if they can't be read */
export async function ownManagementKeys(
  account: Pick<Account, "choices" | "storedKey" | "credentials">,
): Promise<Map<string, NamedAccount>> {
  const { own } = await account.choices();
  const stored = own.filter(({ source }) => source === "stored");
  const keys = await Promise.all(
    stored.map(
      async ({ profile, source }): Promise<[string | undefined, NamedAccount]> => [
        await account.storedKey(profile.id),
        { name: profile.name, source },
      ],
    ),
  );
  // Also that of the environment or of the sample account, if it is in use.
  const inUse = await account.credentials();
  if (inUse) keys.push([inUse.key, { name: inUse.label.name, source: inUse.source }]);
  return new Map(keys.flatMap(([key, named]) => (key ? [[key.trim().toLowerCase(), named] as const] : [])));
}
