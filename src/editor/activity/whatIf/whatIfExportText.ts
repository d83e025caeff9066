// Converts costs on other models to CSV and JSON. Pure.
import type { Candidate } from "../../../openrouter/foresight/whatIf/model.ts";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import { toCsvText } from "../../../openrouter/text/csv.ts";
import { accountFileParts } from "../../ui/accountFileParts.ts";
import { accountCell, accountField, type ExportAccount } from "../exportText.ts";

/** Returns the name of a file with these figures, as in `openrouter-work-other-models-2026-11-01-2026-11-30.csv`. */
export function whatIfFileName({ from, to }: WhatIfReading, account: ExportAccount, format: "csv" | "json"): string {
  const span = from === to ? from : `${from}-${to}`;
  return `${["openrouter", ...accountFileParts(account), "other-models", span].join("-")}.${format}`;
}

const fields = [
  ...["model", "model_id", "cost", "lowest", "highest", "saving", "certain", "certain_share", "break_even"],
  ...["tokenizer", "lacks", "always_reasons", "free", "not_priced", "expires", "guardrails", "account"],
];

/**
 * Converts the costs to CSV, in USD: what was spent, the same usage at today's list prices, then each candidate. Empty cells
 * are unknown.
 */
export function whatIfCsv({ spent, listCost, candidates }: WhatIfReading, account: ExportAccount): string {
  const named = (row: unknown[]) => [...row, ...Array(fields.length - 1 - row.length), accountCell(account)];
  return toCsvText(fields, [
    named(["(spent)", "", spent]),
    named(["(list_prices)", "", listCost?.middle, listCost?.low, listCost?.high]),
    ...candidates.map((candidate) => named(candidateRow(candidate))),
  ]);
}

function candidateRow(candidate: Candidate): unknown[] {
  const { id, name, cost, saving, certain, breakEven, tokenizer } = candidate;
  const { lacks, addsReasoning, isFree, unpriced, expires, verdict } = candidate;
  return [
    ...[name, id, cost.middle, cost.low, cost.high, saving, certain, certainShare(candidate), breakEven, tokenizer],
    ...[lacks.join(" "), addsReasoning, isFree, unpriced.join(" "), expires, verdict],
  ];
}

/** The share of a saving that is certain; undefined if that is unknown, or if nothing is saved. */
function certainShare({ saving, certain }: Candidate): number | undefined {
  return saving > 0 && certain !== undefined ? Math.min(1, certain / saving) : undefined;
}

/** Converts everything that is known to JSON, with the account, the unit and what is missing. */
export function whatIfJson(reading: WhatIfReading, account: ExportAccount): string {
  const { usage, leftOut, candidates, providersError, ...rest } = reading;
  const content = {
    account: accountField(account),
    time_zone: "UTC",
    currency: "USD",
    ...rest,
    providersUnknown: providersError !== undefined,
    usage: usage.map(withoutRequests),
    leftOut: leftOut.map(withoutRequests),
    candidates: candidates.map((candidate) => ({ ...candidate, certainShare: certainShare(candidate) })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Single requests are only read to find price tiers. */
const withoutRequests = ({ longest: _, ...usage }: WhatIfReading["usage"][number]) => usage;
