import { getCurrentKey } from "../endpoints/account.ts";
import { InferenceKeyError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { managementKeysUrl } from "../links.ts";

/**
 * Tells an inference key from an empty account: some endpoints answer it with zeros. `GET /key`, kept 60 s.
 * @throws InferenceKeyError when the key cannot manage an account
 */
export async function requireManagementKey(client: Client, options?: RequestOptions): Promise<void> {
  const key = await getCurrentKey(client, options);
  // Only its own word makes it one: a field that is missing says nothing.
  if (key.is_management_key !== false || key.is_provisioning_key) return;
  throw new InferenceKeyError(
    "This is an inference key: it can run models, but cannot read or manage the account.",
    `Make a Provisioning (Management) key at ${managementKeysUrl}`,
  );
}
