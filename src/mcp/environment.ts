// Reads the server's settings from its environment, and removes from it what must not stay.
import { checkTls, InvalidInputError, managementKeysUrl, unsafeVariables } from "../openrouter/index.ts";

export interface Settings {
  /** Provisioning (Management) key; undefined where a window of VS Code is asked. */
  key?: string;
  /** Writes go through a window of VS Code, where people decide on them. */
  usesChannel: boolean;
  /** Undefined where the default is wanted. */
  baseUrl?: string;
  allowWrite: boolean;
  /** Lines for stderr: what was set and has no effect. */
  notices: string[];
}

/** Why the server cannot start, in words that repeat no value, and what to do about it. */
export interface Problem {
  problem: string;
  nextStep: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the server's settings. Pure: nothing is sent, printed or changed. */
export function readEnvironment(env: Env): Settings | Problem {
  const key = env.OPENROUTER_PROVISIONING_KEY?.trim() ?? "";
  const baseUrl = env.OPENROUTER_BASE_URL?.trim() || undefined;
  const allowWriteValue = env.OPENROUTER_ADMIN_ALLOW_WRITE?.trim() ?? "";
  const usesChannel = !key || Boolean(env.OPENROUTER_ADMIN_CHANNEL?.trim());
  const notices = [...writeNotices(allowWriteValue), ...nodeNotices(env)];
  const problem = ownKeyProblem(env, key, baseUrl);
  // A window of VS Code needs nothing of what is wrong here.
  if (problem && usesChannel)
    return { usesChannel, allowWrite: false, notices: [`${problem.problem} ${problem.nextStep}`, ...notices] };
  if (problem) return problem;
  return { key: key || undefined, usesChannel, baseUrl, allowWrite: /^(1|true|yes)$/i.test(allowWriteValue), notices };
}

/** What keeps the server from using a key of its own. */
function ownKeyProblem(env: Env, key: string, baseUrl: string | undefined): Problem | undefined {
  const unverified = tlsProblem(env);
  if (unverified) return unverified;
  const keyProblem = key && (valueProblem(key) ?? keyFormatProblem(key));
  if (keyProblem)
    return {
      problem: `OPENROUTER_PROVISIONING_KEY ${keyProblem}: nothing was sent.`,
      nextStep: `Set it to the key alone, as ${managementKeysUrl} shows it once.`,
    };
  const baseUrlProblem = baseUrl && valueProblem(baseUrl);
  if (!baseUrlProblem) return undefined;
  return {
    problem: `OPENROUTER_BASE_URL ${baseUrlProblem}: nothing was sent.`,
    nextStep: "Set it to the address alone, or unset it for https://openrouter.ai/api/v1.",
  };
}

function tlsProblem(env: Env): Problem | undefined {
  try {
    checkTls(env);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { problem: error.message, nextStep: error.nextStep };
  }
}

const QUOTE = /["'`\u00ab\u00b4\u00bb\u2018-\u201f\u2032-\u2036\u2039\u203a\u300c-\u300f\u301d-\u301f\uff02\uff07]/;
/** Names that clients and shells put a value in place of, where they know them: `${env:X}`, `$X`, `%X%`, `{{x}}`, `<key>`. */
const PLACEHOLDER = /\$|%[^%]*%|[{}<>\u2039\u203a\uff1c\uff1e]|^\[.*\]$|^(env|input|secret|vault|op):/i;

/** The problem of a value of any variable: quotation marks, or a placeholder that was not replaced. */
function valueProblem(value: string): string | undefined {
  if (QUOTE.test(value)) return "is in quotation marks, which some clients do not take off";
  // A URL's own brackets and escapes are none: [::1], %2F.
  if (!/^https?:\/\/(?!.*[${}<>])/i.test(value) && PLACEHOLDER.test(value))
    return "is a placeholder that the client did not replace";
  return undefined;
}

/** The problem of a key. Any token that an `Authorization` header allows is accepted: OpenRouter judges it. */
function keyFormatProblem(key: string): string | undefined {
  if (/^(authorization|bearer)\b/i.test(key)) return "begins with a word of the header, such as Bearer";
  if (/^\w+\s*=\s*\S/.test(key)) return "holds a name and an equals sign besides the key";
  if (/^https?:/i.test(key)) return "is an address";
  if (/\.\.|\u2026|\*{3}|^(sk-or-)?(v\d-)?x{3,}$/i.test(key)) return "is shortened, like a key's label";
  if (/^(null|undefined|none|true|false|changeme|todo)$|your|[-_]here$|OPENROUTER_/i.test(key))
    return "is a word in place of a key";
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(key))
    return "holds characters that no key has, such as blanks, line breaks or invisible ones";
  return undefined;
}

function writeNotices(asked: string): string[] {
  if (/^(1|true|yes|0|false|no|)$/i.test(asked)) return [];
  const why = valueProblem(asked);
  return [
    `OPENROUTER_ADMIN_ALLOW_WRITE is neither 1, true nor yes, so the write tools stay disabled${why ? `: it ${why}` : ""}.`,
  ];
}

/** Code that others put into this process runs before ours: it cannot be undone, so it is named. */
function nodeNotices({ NODE_OPTIONS = "" }: Env): string[] {
  const loads = NODE_OPTIONS.match(/(?:^|\s|")(?:-r|--require|--import|--(?:experimental-)?loader)(?=[\s="]|$)/);
  return loads
    ? ["NODE_OPTIONS loads code into this server, which can read the key: unset it if that is not yours."]
    : [];
}

/** Addresses of this machine, as Node compares them: never behind a proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

/**
 * Makes this process safe to hold the key: takes it and what injects out of the environment, where child processes and
 * diagnostic reports would find them, ends coverage and the inspector that were inherited, and keeps requests to this
 * machine off any proxy.
 */
export function hardenProcess(): void {
  if (process.env.NODE_V8_COVERAGE) process.getBuiltinModule("node:v8").stopCoverage();
  if (/--inspect/.test(process.env.NODE_OPTIONS ?? "")) process.getBuiltinModule("node:inspector").close();
  for (const name of ["OPENROUTER_PROVISIONING_KEY", ...unsafeVariables]) delete process.env[name];
  if (process.report) Object.assign(process.report, { excludeEnv: true, excludeNetwork: true });
  // Node asks for these names at each request; the lower-case one wins where it is set.
  const noProxy = new Set([process.env.NO_PROXY, process.env.no_proxy, ...LOOPBACK].flatMap(splitHosts));
  if (!noProxy.has("*")) for (const name of ["NO_PROXY", "no_proxy"]) process.env[name] = [...noProxy].join(",");
}

const splitHosts = (list: string | undefined) => (list ?? "").split(/[\s,]+/).filter(Boolean);
