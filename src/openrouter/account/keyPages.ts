import { listKeysPage } from "../endpoints/keys.ts";
import { BadRequestError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";

type KeysQuery = Omit<NonNullable<Parameters<typeof listKeysPage>[1]>, "include_expired">;

export interface KeyPages {
  load(query: KeysQuery): ReturnType<typeof listKeysPage>;
  /** True once the deployment refused `include_expired`: the loaded pages may lack expired keys. */
  expiredMayBeMissing(): boolean;
}

/**
 * Loads pages of `GET /keys` including expired keys. Deployments older than `include_expired` ignore the parameter; if one
 * refuses it (400), the page is requested again without it.
 */
export function keyPages(client: Client, options?: RequestOptions): KeyPages {
  let refused = false;
  return {
    expiredMayBeMissing: () => refused,
    async load(query) {
      if (!refused) {
        try {
          return await listKeysPage(client, { ...query, include_expired: true }, options);
        } catch (error) {
          if (!(error instanceof BadRequestError && error.status === 400)) throw error;
        }
      }
      // If the 400 has another reason, this request fails too, and its error is thrown.
      const keys = await listKeysPage(client, query, options);
      refused = true;
      return keys;
    },
  };
}
