import { clientTime } from "../../openrouter/clientTime.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { type AccountOutlook, type KeyListing, readOutlook } from "../../openrouter/foresight/forecast/readOutlook.ts";
import type { Client, Periods } from "../../openrouter/index.ts";
import type { ReadOptions, Resource } from "./resource.ts";

interface Sources {
  credits: Resource<{ periods: Periods | OpenRouterError }>;
  keys: Resource<KeyListing>;
}

/** Reads the outlook from the reading of the current day that all views share, and from the keys as they were last read. */
export async function readOutlookData(
  client: Client,
  { credits, keys }: Sources,
  options: ReadOptions<AccountOutlook>,
): Promise<AccountOutlook> {
  await credits.ensure();
  // There may be thousands of keys: they aren't listed for a forecast alone.
  if (keys.loading) await keys.ensure();
  if (!credits.current) throw credits.error;
  const { periods } = credits.current.value;
  if (periods instanceof OpenRouterError) throw periods;
  const known = keys.current?.complete ? keys.current : undefined;
  const keysReadAt = known && clientTime(client, known.begunAt);
  return readOutlook(client, { periods, listing: known?.value, keysReadAt }, options);
}
