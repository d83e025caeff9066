// How many tokens another model needs for the same text, where that was published. Pure.
import type { Model } from "../../schemas.ts";
import type { TokenizerMatch } from "./model.ts";

export interface TokenRatio {
  match: TokenizerMatch;
  /** How many times the tokens are needed, at least and at most; both are 1 if that is unknown. */
  low: number;
  high: number;
}

/**
 * Claude 3.5 Sonnet needed 16 % (English prose) to 30 % (Python) more tokens than GPT-4o for the same text:
 * https://venturebeat.com/ai/hidden-costs-in-ai-deployment-why-claude-models-may-be-20-30-more-expensive-than-gpt-in-enterprise-settings
 */
const CLAUDE_PER_GPT = [1.16, 1.3] as const;
/** Anthropic's migration guide on the tokenizer of Claude Opus 4.7 compared with that of earlier models. */
const NEW_PER_EARLY_CLAUDE = [1, 1.35] as const;

/** The Claude models before Opus 4.7, and the GPT models before GPT-4o. */
const EARLY_CLAUDE = /^anthropic\/claude-(3|(opus|sonnet|haiku)-4(\.[0-6])?(?![.\d]))/;
const EARLY_GPT = /^openai\/(gpt-3|gpt-4(-|:|$))/;

/** The tokens that `candidate` needs for what `used` needed one token for. */
export function tokenRatio(used: Model | undefined, candidate: Model): TokenRatio {
  const name = nameOf(candidate);
  if (used && name !== undefined && nameOf(used) === name) return same;
  const [from, to] = [used && tokenizerOf(used), tokenizerOf(candidate)];
  if (!from || !to) return unknown;
  return from === to ? same : (published[`${from} > ${to}`] ?? unknown);
}

const same: TokenRatio = { match: "same", low: 1, high: 1 };
const unknown: TokenRatio = { match: "unknown", low: 1, high: 1 };
const measured = ([low, high]: readonly [number, number]): TokenRatio => ({ match: "measured", low, high });
const inverse = ([low, high]: readonly [number, number]) => [1 / high, 1 / low] as const;

const published: Readonly<Record<string, TokenRatio>> = {
  "GPT > early Claude": measured(CLAUDE_PER_GPT),
  "early Claude > GPT": measured(inverse(CLAUDE_PER_GPT)),
  "early Claude > Claude": measured(NEW_PER_EARLY_CLAUDE),
  "Claude > early Claude": measured(inverse(NEW_PER_EARLY_CLAUDE)),
};

/** The model's id; of an alias such as `~anthropic/claude-opus-latest`, that of its target, undefined if it is unknown. */
function nameOf({ id, alias_target: target }: Model): string | undefined {
  if (!id.startsWith("~")) return id;
  const isKnown = typeof target === "object" && target !== null && "slug" in target;
  return isKnown && typeof target.slug === "string" ? target.slug : undefined;
}

/** The family in the catalog, and its generation where that has another tokenizer; "Other" and "Router" say nothing. */
function tokenizerOf(model: Model): string | undefined {
  const [name, family] = [nameOf(model), model.architecture.tokenizer];
  if (name === undefined || typeof family !== "string" || !family || /^(other|router)$/i.test(family)) return undefined;
  const isEarly = (EARLY_CLAUDE.test(name) && family === "Claude") || (EARLY_GPT.test(name) && family === "GPT");
  return isEarly ? `early ${family}` : family;
}
