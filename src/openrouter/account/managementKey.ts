import { getCurrentKey } from "../endpoints/account.ts";
import { ForbiddenError, InferenceKeyError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { managementKeysUrl } from "../links.ts";

/**
 * Checks that the key can manage the account: for an inference key, some endpoints return zeros instead of an error.
 * `GET /key`, cached for 60 s.
 * @throws InferenceKeyError if it can't
 */
export async function requireManagementKey(client: Client, options?: RequestOptions): Promise<void> {
  const key = await getCurrentKey(client, options);
  // Only an explicit false counts; the field may be missing.
  if (key.is_management_key !== false || key.is_provisioning_key) return;
  throw new InferenceKeyError(
    "This is an inference key: it can run models, but cannot read or manage the account.",
    `Create a Provisioning (Management) key at ${managementKeysUrl}`,
  );
}

/**
 * Waits for a reading and checks the key if the reading doesn't prove that the key can manage the account, which saves a
 * request in most accounts.
 * @throws InferenceKeyError if it can't
 */
export async function checkManagementKey<T>(
  client: Client,
  reading: Promise<T>,
  isProof: (value: T) => boolean,
  options?: RequestOptions,
): Promise<T> {
  try {
    const value = await reading;
    if (!isProof(value)) await requireManagementKey(client, options);
    return value;
  } catch (error) {
    // Says what is wrong with the key, instead of only that it was refused.
    if (error instanceof ForbiddenError) await requireManagementKey(client, options);
    throw error;
  }
}
