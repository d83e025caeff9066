import { clientTime } from "../../openrouter/clientTime.ts";
import { endedKeys } from "../../openrouter/foresight/forecast/endedKeys.ts";
import { type KeyOutlook, readKeyOutlook } from "../../openrouter/foresight/forecast/readKeyOutlook.ts";
import {
  readWorkspaceOutlook,
  type WorkspaceOutlook,
} from "../../openrouter/foresight/forecast/readWorkspaceOutlook.ts";
import { getKey } from "../../openrouter/index.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import type { AccountSession } from "./accountData.ts";
import { createResource, type ReadOptions, type Resource, type ResourceHost } from "./resource.ts";

/** A forecast hardly changes within an hour. */
export const OUTLOOK_MAX_AGE_MS = 60 * 60_000;
/** A key that was read so lately need not be read again. */
const KEY_MAX_AGE_MS = 60_000;

type PartOutlook = KeyOutlook | WorkspaceOutlook;
const bySession = new WeakMap<AccountSession, Map<string, Resource<PartOutlook>>>();

/** Returns the outlook of a key if a view has asked for it. */
export function knownKeyOutlook(session: AccountSession, hash: string): Resource<KeyOutlook> | undefined {
  return bySession.get(session)?.get(`key ${hash}`) as Resource<KeyOutlook> | undefined;
}

/** Returns the outlook of a workspace if a view has asked for it. */
export function knownWorkspaceOutlook(session: AccountSession, id: string): Resource<WorkspaceOutlook> | undefined {
  return bySession.get(session)?.get(`workspace ${id}`) as Resource<WorkspaceOutlook> | undefined;
}

/** Returns an outlook unless it is of an earlier UTC day: it would be about days that have passed. */
export function currentPart<T extends { readAt: string }>(
  { client }: Pick<AccountSession, "client">,
  outlook: Pick<Resource<T>, "current"> | undefined,
): T | undefined {
  const value = outlook?.current?.value;
  return value?.readAt.slice(0, 10) === utcDay(client.now()) ? value : undefined;
}

/** Returns the outlook of a key without loading it. `POST /analytics/query` */
export function keyOutlookOf(session: AccountSession, hash: string, host: ResourceHost): Resource<KeyOutlook> {
  return partOutlook(session, `key ${hash}`, host, async (options) => {
    const { client, data } = session;
    const { current } = data.keys;
    const age = current && Date.now() - current.readAt.getTime();
    // Counters of the day before are not today's spend.
    const isOfToday = current && utcDay(clientTime(client, current.begunAt)) === utcDay(client.now());
    const isRecent = age !== undefined && age < KEY_MAX_AGE_MS && isOfToday;
    const known = isRecent ? current?.value.keys.find((key) => key.hash === hash) : undefined;
    return readKeyOutlook(client, known ?? (await getKey(client, hash, { ...options, fresh: true })), options);
  });
}

/** Returns the outlook of a workspace without loading it. `POST /analytics/query` */
export function workspaceOutlookOf(session: AccountSession, id: string, host: ResourceHost) {
  return partOutlook(session, `workspace ${id}`, host, (options) => {
    const { client, data } = session;
    const { current } = data.keys;
    const keys = current?.complete ? current.value.keys.filter(({ workspace_id }) => workspace_id === id) : undefined;
    const readAt = current && clientTime(client, current.begunAt);
    const ended = keys && endedKeys(keys, client.now(), readAt).map(({ hash }) => hash);
    return readWorkspaceOutlook(client, id, { ...options, ended });
  });
}

function partOutlook<T extends PartOutlook>(
  session: AccountSession,
  part: string,
  host: ResourceHost,
  read: (options: ReadOptions<T>) => Promise<T>,
): Resource<T> {
  const ofSession = bySession.get(session) ?? new Map<string, Resource<PartOutlook>>();
  bySession.set(session, ofSession);
  const known = ofSession.get(part);
  if (known) return known as Resource<T>;
  const resource = createResource<T>({ name: "Forecast", read }, session.signal, host);
  ofSession.set(part, resource as unknown as Resource<PartOutlook>);
  return resource;
}
