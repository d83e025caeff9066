import type { Data } from "./data.ts";

const METRICS = {
  total_usage: (row) => row.usage,
  byok_usage: () => 0,
  request_count: (row) => row.requests,
  tokens_prompt: (row) => row.prompt_tokens,
  tokens_completion: (row) => row.completion_tokens,
  reasoning_tokens: () => 0,
} satisfies Record<string, (row: Row) => number>;

/** The dimensions to filter and group by; results contain a key's name. */
const DIMENSIONS = {
  model: (row) => row.model.canonical_slug,
  provider: (row) => row.provider_name,
  api_key_id: (row) => row.hash,
} satisfies Record<string, (row: Row) => string>;

type Row = Data["ledger"][number];

interface Query {
  metrics: (keyof typeof METRICS)[];
  dimensions?: (keyof typeof DIMENSIONS)[];
  granularity: "day" | "hour";
  filters?: { field: keyof typeof DIMENSIONS; operator: "eq" | "in"; value: string | string[] }[];
  time_range: { start: string; end: string };
  limit: number;
}

export function analyticsMeta() {
  const named = (names: object) => Object.keys(names).map((name) => ({ name, display_label: name }));
  return {
    data: { metrics: named(METRICS), dimensions: named(DIMENSIONS), granularities: named({ day: 1, hour: 1 }) },
  };
}

/** Runs a query on the ledger. Its newest day is repeated as today, all in the first hour. */
export function runAnalytics(data: Data, query: Query) {
  const { metrics, dimensions = [], granularity, filters = [], time_range, limit } = query;
  const today = data.now.toISOString().slice(0, 10);
  const newest = data.ledger[0]?.date;
  const all = [
    ...data.ledger,
    ...data.ledger.filter(({ date }) => date === newest).map((row) => ({ ...row, date: today })),
  ];
  const names = new Map(data.keys.map(({ hash, name }) => [hash, name]));
  const [start, end] = [Date.parse(time_range.start), Date.parse(time_range.end)];
  const sets = filters.map(({ field, value }) => [DIMENSIONS[field], new Set([value].flat())] as const);
  const groups = new Map<string, { row: object; sums: number[] }>();
  const times = new Map(all.map(({ date }) => [date, Date.parse(date)]));
  for (const row of all) {
    const at = times.get(row.date)!;
    if (at < start || at >= end || !sets.every(([readValue, values]) => values.has(readValue(row)))) continue;
    const values = dimensions.map((dimension) => DIMENSIONS[dimension](row));
    const id = [row.date, ...values].join(" ");
    const fields = dimensions.map((name, i) => [name, name === "api_key_id" ? names.get(values[i]!) : values[i]]);
    const time = granularity === "day" ? row.date : `${row.date}T00:00:00.000Z`;
    const empty = {
      row: { [`date__${granularity}`]: time, ...Object.fromEntries(fields) },
      sums: metrics.map(() => 0),
    };
    const group = groups.get(id) ?? empty;
    groups.set(id, group);
    for (const [i, metric] of metrics.entries()) group.sums[i]! += METRICS[metric](row);
  }
  const rows = [...groups.values()].slice(0, limit).map(({ row, sums }) => ({
    ...row,
    ...Object.fromEntries(
      metrics.map((name, i) => [name, /usage/.test(name) ? Number(sums[i]!.toFixed(6)) : String(sums[i])]),
    ),
  }));
  const metadata = { query_time_ms: 12, row_count: rows.length, truncated: rows.length < groups.size };
  return { data: { data: rows, metadata, cachedAt: data.now.getTime() } };
}
