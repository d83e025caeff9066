import { listKeysPage } from "../endpoints/keys.ts";
import { BadRequestError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";

type KeysQuery = Omit<NonNullable<Parameters<typeof listKeysPage>[1]>, "include_expired">;

export interface KeyPages {
  load(query: KeysQuery): ReturnType<typeof listKeysPage>;
  /** True once the deployment refused `include_expired`: expired keys may be missing from what was loaded. */
  expiredMayBeMissing(): boolean;
}

/**
 * Pages of `GET /keys`, expired keys included. A deployment that is older than `include_expired` ignores it; where it
 * refuses it (400), the same page is asked for without it.
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
      // The 400 may have another reason: then this request is refused too, and its error is the one to report.
      const keys = await listKeysPage(client, query, options);
      refused = true;
      return keys;
    },
  };
}
