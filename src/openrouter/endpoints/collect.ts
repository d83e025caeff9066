// Reads lists page by page, several pages at once where that is safe. Pure: knows no endpoint.

import { SchemaError } from "../errors.ts";
import { joinUnreadable, type Page, type Rows } from "./envelopes.ts";

/** The largest page that the API documents. */
export const PAGE_SIZE = 100;
/** Requests under way at once: quick, and far below the API's rate limits. */
export const CONCURRENCY = 6;
/** Pages asked at once after a first full one; twice as many after these. */
const READ_AHEAD = 3;
/** More items, or more requests, than any account's list takes: such a list is refused rather than read for ever. */
const MAX_ITEMS = 200_000;
const MAX_REQUESTS = 2_500;

export interface PageRequest {
  offset: number;
  limit: number;
}

export interface CollectOptions<T> {
  /** Called with the new items of each page. */
  onPage?(items: T[]): void;
  /** The first pages are asked at once, too: for a server that is known to give full pages, and a list that may be long. */
  readAhead?: boolean;
}

/** All items of a list without a `total_count`, each once. */
export function collectUncounted<T>(
  load: (offset: number) => Promise<Rows<T>>,
  id: (item: T) => string,
  options?: CollectOptions<T>,
): Promise<Rows<T>> {
  return collect(async ({ offset }) => ({ ...(await load(offset)), total_count: undefined }), id, options);
}

/** All items of a list with a `total_count`, each once. A count that cannot be true is ignored. */
export function collectCounted<T>(
  load: (query: PageRequest) => Promise<Page<T>>,
  id: (item: T) => string,
  options?: CollectOptions<T>,
): Promise<Rows<T>> {
  return collect(load, id, options);
}

/**
 * Reads until a page brings nothing new, so that smaller pages than documented lose no item, and none that is added
 * meanwhile is there twice. After a full page, several are asked at once: see `joinAhead`.
 * @throws SchemaError where the list does not end
 */
async function collect<T>(
  load: (query: PageRequest) => Promise<Page<T>>,
  id: (item: T) => string,
  { onPage, readAhead = false }: CollectOptions<T> = {},
): Promise<Rows<T>> {
  const items = new Map<string, T>();
  const pages: Rows<T>[] = [];
  let [next, requests, width, pageSize] = [0, 0, readAhead ? READ_AHEAD : 1, PAGE_SIZE];

  /** Returns how many of the rows are new. */
  function take(page: Rows<T>): number {
    const fresh = page.data.filter((item) => !items.has(id(item)));
    for (const item of page.data) items.set(id(item), item);
    pages.push(page);
    if (fresh.length > 0) onPage?.(fresh);
    return fresh.length;
  }

  for (;;) {
    const offsets = Array.from({ length: width }, (_, i) => next + i * (pageSize - 1));
    const loads = offsets.map((offset) => load({ offset, limit: PAGE_SIZE }));
    // Thrown below; until then none of them is without a listener.
    for (const page of loads) page.catch(() => {});
    // The first page is reported as soon as it arrives.
    const first = await loads[0]!;
    const received = receivedRows(first);
    const fresh = take(first);
    const wave = await Promise.all(loads);
    const { added, ended, joined } = joinPages(wave, offsets, id);
    for (const data of added) take({ data });
    requests += width;
    next += received + added.flat().length;
    // A page of which no row could be read may be followed by others.
    const nothingNew = fresh === 0 && !(first.unreadable && received > 0);
    const total = plausibleTotal(wave[added.length]!.total_count, next);
    if (nothingNew || ended || total === next) return rowsOf(items, pages);
    assertEnds(next, requests);

    pageSize = Math.max(pageSize, received);
    if (!joined || received < PAGE_SIZE || first.unreadable) width = 1;
    else if (total === undefined) width = width === 1 ? READ_AHEAD : CONCURRENCY;
    else width = Math.min(CONCURRENCY, 1 + Math.ceil(Math.max(0, total - next - pageSize) / (pageSize - 1)));
  }
}

interface Joined<T> {
  /** The rows of each further page that follow those of the page before it. */
  added: T[][];
  /** True if the list surely ends with these. */
  ended: boolean;
  /** True if every page follows the one before it. */
  joined: boolean;
}

/**
 * Joins pages that were asked at once. Each is asked to begin with the last row of the one before, which proves that
 * none is missing in between; after one that is not full, only empty ones may come. From where this does not hold (the
 * list has changed meanwhile, or the server pages otherwise) nothing is used, and it has to be asked again, page by page.
 */
function joinPages<T>(wave: readonly Rows<T>[], offsets: readonly number[], id: (item: T) => string): Joined<T> {
  const added: T[][] = [];
  let ended = false;
  const broken = () => ({ added, ended: false, joined: false });
  for (let i = 1; i < wave.length; i++) {
    const [before, page] = [wave[i - 1]!, wave[i]!];
    if (before.unreadable || page.unreadable) return broken();
    // Where the page itself ends: that rows of it were there before does not make it one that is not full.
    if (offsets[i - 1]! + receivedRows(before) <= offsets[i]!) {
      if (page.data.length > 0) return broken();
      ended = true;
    } else {
      const last = id(before.data.at(-1)!);
      const at = page.data.findIndex((item) => id(item) === last);
      ended = at === 0 && page.data.length === 1;
      if (at < 0 || (at === page.data.length - 1 && !ended)) return broken();
      added.push(page.data.slice(at + 1));
    }
  }
  return { added, ended, joined: true };
}

/** Rows that came, those that could not be read included. */
function receivedRows({ data, unreadable }: Rows<unknown>): number {
  return unreadable?.of ?? data.length;
}

/** An invalid count, or one below what was read, is ignored. */
function plausibleTotal(total: number | undefined, read: number): number | undefined {
  return Number.isSafeInteger(total) && total! >= read ? total : undefined;
}

function assertEnds(items: number, requests: number): void {
  if (items < MAX_ITEMS && requests < MAX_REQUESTS) return;
  throw new SchemaError(
    `The list does not end: ${items} items were read in ${requests} requests.`,
    "Try again; a proxy may have answered in place of OpenRouter.",
  );
}

export function rowsOf<T>(items: Map<string, T>, pages: Iterable<Rows<T>>): Rows<T> {
  const unreadable = joinUnreadable(pages);
  return {
    data: [...items.values()],
    ...(unreadable && { unreadable: { ...unreadable, of: items.size + unreadable.count } }),
  };
}
