// Reads paged lists, several pages at once where that is safe. Pure: knows no endpoint.

import { SchemaError } from "../errors.ts";
import { joinUnreadable, type Page, type Rows } from "./envelopes.ts";

/** The largest page size that the API documents. */
export const PAGE_SIZE = 100;
/** Parallel requests: fast, and far below the API's rate limits. */
export const CONCURRENCY = 6;
/** Pages requested in parallel after a full first page; twice as many after that. */
const READ_AHEAD = 3;
/** More than any account's list needs: beyond these, reading stops with an error instead of going on forever. */
const MAX_ITEMS = 200_000;
const MAX_REQUESTS = 2_500;

export interface PageRequest {
  offset: number;
  limit: number;
}

export interface CollectOptions<T> {
  /** Called with the items of each page that earlier pages did not have. */
  onPage?(items: T[]): void;
  /** Requests the first pages in parallel, too: for lists that may be long, from a server whose pages are known to be full. */
  readAhead?: boolean;
  /** Takes more round trips for fewer requests beyond the end of the list. Lists of the same endpoint share the object. */
  frugal?: PageSize;
}

/** Fewer rows than these don't fill a page. */
const NEARLY_FULL = 0.9 * PAGE_SIZE;

/** The most rows that a page had so far: once it is the documented size, a shorter page is known to be the last. */
export interface PageSize {
  seen: number;
}

/** Collects all items of a list without a `total_count`, without duplicates. */
export function collectUncounted<T>(
  load: (offset: number) => Promise<Rows<T>>,
  id: (item: T) => string,
  options?: CollectOptions<T>,
): Promise<Rows<T>> {
  return collect(async ({ offset }) => ({ ...(await load(offset)), total_count: undefined }), id, options);
}

/** Collects all items of a list with a `total_count`, without duplicates. An impossible count is ignored. */
export function collectCounted<T>(
  load: (query: PageRequest) => Promise<Page<T>>,
  id: (item: T) => string,
  options?: CollectOptions<T>,
): Promise<Rows<T>> {
  return collect(load, id, options);
}

/**
 * Reads until a page has no new items: this also works for pages smaller than documented, and for items that are added
 * meanwhile. After a full page, several are requested in parallel; see `joinPages`.
 * @throws SchemaError if the list does not end
 */
async function collect<T>(
  load: (query: PageRequest) => Promise<Page<T>>,
  id: (item: T) => string,
  { onPage, readAhead = false, frugal }: CollectOptions<T> = {},
): Promise<Rows<T>> {
  const items = new Map<string, T>();
  const pages: Rows<T>[] = [];
  let [next, requests, batchSize, pageSize] = [0, 0, readAhead ? READ_AHEAD : 1, PAGE_SIZE];

  /** Returns the number of new items. */
  function addPage(page: Rows<T>): number {
    const added = page.data.filter((item) => !items.has(id(item)));
    for (const item of page.data) items.set(id(item), item);
    pages.push(page);
    if (added.length > 0) onPage?.(added);
    return added.length;
  }

  for (;;) {
    const offsets = Array.from({ length: batchSize }, (_, i) => next + i * (pageSize - 1));
    const loads = offsets.map((offset) => load({ offset, limit: PAGE_SIZE }));
    // Rejections are thrown below; this only prevents unhandled ones until then.
    for (const page of loads) page.catch(() => {});
    // Report the first page as soon as it arrives.
    const first = await loads[0]!;
    const received = receivedRows(first);
    const newItems = addPage(first);
    const batch = await Promise.all(loads);
    const { added, isComplete, isContiguous } = joinPages(batch, offsets, id);
    for (const data of added) addPage({ data });
    requests += batchSize;
    next += received + added.flat().length;
    // More pages may follow a page whose rows are all unreadable.
    const hasNothingNew = newItems === 0 && !(first.unreadable && received > 0);
    const total = plausibleTotal(batch[added.length]!.total_count, next);
    const isEnd = frugal && isContiguous && total === undefined && isLastPage(batch, frugal);
    if (hasNothingNew || isComplete || isEnd || total === next) return rowsOf(items, pages);
    assertWithinLimits(next, requests);

    pageSize = Math.max(pageSize, received);
    if (!isContiguous || received < PAGE_SIZE || first.unreadable) batchSize = 1;
    else if (total === undefined) batchSize = nextBatchSize(batchSize, pages.length, frugal !== undefined);
    else batchSize = Math.min(CONCURRENCY, 1 + Math.ceil(Math.max(0, total - next - pageSize) / (pageSize - 1)));
  }
}

/** Returns how many pages of a list of unknown length to request next, after full pages. */
function nextBatchSize(batchSize: number, readPages: number, isFrugal: boolean): number {
  // A second single page, then pairs: at most one request beyond the end of a list of fewer than 389 items.
  if (isFrugal && readPages < 4) return readPages === 1 ? 1 : 2;
  return batchSize < READ_AHEAD ? READ_AHEAD : CONCURRENCY;
}

/**
 * True if the last of these pages is much shorter than others of this endpoint. A few rows may be missing from a page in the
 * middle, if the server hides them after paging.
 */
function isLastPage(batch: readonly Rows<unknown>[], size: PageSize): boolean {
  const received = batch.map(receivedRows);
  size.seen = Math.max(size.seen, ...received);
  return size.seen >= PAGE_SIZE && received.at(-1)! < NEARLY_FULL && batch.every(({ unreadable }) => !unreadable);
}

interface JoinedPages<T> {
  /** For each further page, the rows that the page before it doesn't have. */
  added: T[][];
  /** True if the list certainly ends with these. */
  isComplete: boolean;
  /** True if every page continues the one before it without a gap. */
  isContiguous: boolean;
}

/**
 * Joins pages that were requested in parallel. Each overlaps the page before it by one row, which proves that no row
 * between them is missing; after a page that isn't full, all others must be empty. The first page that breaks these
 * rules (the list has changed meanwhile, or the server pages differently) and all pages after it are discarded; reading
 * then continues page by page.
 */
function joinPages<T>(batch: readonly Rows<T>[], offsets: readonly number[], id: (item: T) => string): JoinedPages<T> {
  const added: T[][] = [];
  let isComplete = false;
  const stop = () => ({ added, isComplete: false, isContiguous: false });
  for (let i = 1; i < batch.length; i++) {
    const [previous, page] = [batch[i - 1]!, batch[i]!];
    if (previous.unreadable || page.unreadable) return stop();
    // Count all received rows, not only the new ones: rows seen before also fill the page.
    if (offsets[i - 1]! + receivedRows(previous) <= offsets[i]!) {
      if (page.data.length > 0) return stop();
      isComplete = true;
    } else {
      const last = id(previous.data.at(-1)!);
      const at = page.data.findIndex((item) => id(item) === last);
      isComplete = at === 0 && page.data.length === 1;
      if (at < 0 || (at === page.data.length - 1 && !isComplete)) return stop();
      added.push(page.data.slice(at + 1));
    }
  }
  return { added, isComplete, isContiguous: true };
}

/** Returns the number of received rows, including unreadable ones. */
function receivedRows({ data, unreadable }: Rows<unknown>): number {
  return unreadable?.of ?? data.length;
}

/** Returns the count unless it is invalid or lower than the number of rows read. */
function plausibleTotal(total: number | undefined, read: number): number | undefined {
  return Number.isSafeInteger(total) && total! >= read ? total : undefined;
}

function assertWithinLimits(items: number, requests: number): void {
  if (items < MAX_ITEMS && requests < MAX_REQUESTS) return;
  throw new SchemaError(
    `The list does not end: ${items} items were read in ${requests} requests.`,
    "Try again. A proxy may have responded instead of OpenRouter.",
  );
}

export function rowsOf<T>(items: Map<string, T>, pages: Iterable<Rows<T>>): Rows<T> {
  const unreadable = joinUnreadable(pages);
  return {
    data: [...items.values()],
    ...(unreadable && { unreadable: { ...unreadable, of: items.size + unreadable.count } }),
  };
}
