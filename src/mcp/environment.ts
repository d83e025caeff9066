// Reads the server's settings from its environment, and removes secrets from it.
import { checkTls, InvalidInputError, managementKeysUrl, unsafeVariables } from "../openrouter/index.ts";

export interface Settings {
  /** Provisioning (Management) key; undefined if requests go through VS Code. */
  key?: string;
  /** Writes go through a VS Code window, where the user decides on them. */
  usesChannel: boolean;
  /** Undefined for the default. */
  baseUrl?: string;
  allowWrite: boolean;
  /** Groups and names of the tools to offer; undefined if not set. */
  tools?: string;
  /** Warnings for stderr, such as settings without effect. */
  notices: string[];
}

/** Why the server can't start, and what to do. Never contains the value of a variable. */
export interface Problem {
  problem: string;
  nextStep: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the server's settings. Pure: sends, prints and changes nothing. */
export function readEnvironment(env: Env): Settings | Problem {
  const key = env.OPENROUTER_PROVISIONING_KEY?.trim() ?? "";
  const baseUrl = env.OPENROUTER_BASE_URL?.trim() || undefined;
  const allowWriteValue = env.OPENROUTER_ADMIN_ALLOW_WRITE?.trim() ?? "";
  const usesChannel = !key || Boolean(env.OPENROUTER_ADMIN_CHANNEL?.trim());
  const notices = [...writeNotices(allowWriteValue), ...nodeNotices(env)];
  const tools = env.OPENROUTER_ADMIN_TOOLS?.trim() || undefined;
  const problem = ownKeyProblem(env, key, baseUrl);
  // Requests through VS Code are not affected by this problem.
  if (problem && usesChannel)
    return { usesChannel, allowWrite: false, tools, notices: [`${problem.problem} ${problem.nextStep}`, ...notices] };
  if (problem) return problem;
  const allowWrite = /^(1|true|yes)$/i.test(allowWriteValue);
  return { key: key || undefined, usesChannel, baseUrl, allowWrite, tools, notices };
}

/** Returns the problem that prevents the server from using its own key. */
function ownKeyProblem(env: Env, key: string, baseUrl: string | undefined): Problem | undefined {
  const unverified = tlsProblem(env);
  if (unverified) return unverified;
  const keyProblem = key && (valueProblem(key) ?? keyFormatProblem(key));
  if (keyProblem)
    return {
      problem: `OPENROUTER_PROVISIONING_KEY ${keyProblem}. Nothing was sent.`,
      nextStep: `Set it to the key only, as shown once at ${managementKeysUrl}.`,
    };
  const baseUrlProblem = baseUrl && valueProblem(baseUrl);
  if (!baseUrlProblem) return undefined;
  return {
    problem: `OPENROUTER_BASE_URL ${baseUrlProblem}. Nothing was sent.`,
    nextStep: "Set it to the URL only, or unset it to use https://openrouter.ai/api/v1.",
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
/** Placeholders that clients and shells replace if they know the name: `${env:X}`, `$X`, `%X%`, `{{x}}`, `<key>`. */
const PLACEHOLDER = /\$|%[^%]*%|[{}<>\u2039\u203a\uff1c\uff1e]|^\[.*\]$|^(env|input|secret|vault|op):/i;

/** Returns the problem of any variable's value: quotation marks, or a placeholder that was not replaced. */
function valueProblem(value: string): string | undefined {
  if (QUOTE.test(value)) return "contains quotation marks, which some clients don't remove";
  // Brackets and escapes of a URL are not placeholders: [::1], %2F.
  if (!/^https?:\/\/(?!.*[${}<>])/i.test(value) && PLACEHOLDER.test(value))
    return "is a placeholder that the client did not replace";
  return undefined;
}

/** Returns the problem of a key's format. Accepts every token that an `Authorization` header allows; OpenRouter validates it. */
function keyFormatProblem(key: string): string | undefined {
  if (/^(authorization|bearer)\b/i.test(key)) return "starts with a part of the header, such as Bearer";
  if (/^\w+\s*=\s*\S/.test(key)) return "contains a variable name and an equals sign";
  if (/^https?:/i.test(key)) return "is a URL";
  if (/\.\.|\u2026|\*{3}|^(sk-or-)?(v\d-)?x{3,}$/i.test(key)) return "is abbreviated, like a key's label";
  if (/^(null|undefined|none|true|false|changeme|todo)$|your|[-_]here$|OPENROUTER_/i.test(key))
    return "is a placeholder instead of a key";
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(key))
    return "contains characters that keys can't contain, such as spaces, line breaks or invisible characters";
  return undefined;
}

function writeNotices(value: string): string[] {
  if (/^(1|true|yes|0|false|no|)$/i.test(value)) return [];
  const problem = valueProblem(value);
  return [
    `OPENROUTER_ADMIN_ALLOW_WRITE is not 1, true or yes, so write tools stay disabled${problem ? `: it ${problem}` : ""}.`,
  ];
}

/** Warns about code that NODE_OPTIONS loads: it runs before ours, so the server can't prevent it. */
function nodeNotices({ NODE_OPTIONS = "" }: Env): string[] {
  const loads = NODE_OPTIONS.match(/(?:^|\s|")(?:-r|--require|--import|--(?:experimental-)?loader)(?=[\s="]|$)/);
  return loads
    ? ["NODE_OPTIONS loads code into this server, which can read the key. Unset it if you didn't set it."]
    : [];
}

/** Addresses of this machine in the forms that Node compares; they must bypass any proxy. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];

/**
 * Protects the key in this process: removes it and injecting variables from the environment, which child processes and
 * diagnostic reports would expose; stops inherited coverage and inspector; makes requests to this machine bypass any proxy.
 */
export function hardenProcess(): void {
  if (process.env.NODE_V8_COVERAGE) process.getBuiltinModule("node:v8").stopCoverage();
  if (/--inspect/.test(process.env.NODE_OPTIONS ?? "")) process.getBuiltinModule("node:inspector").close();
  for (const name of ["OPENROUTER_PROVISIONING_KEY", ...unsafeVariables]) delete process.env[name];
  if (process.report) Object.assign(process.report, { excludeEnv: true, excludeNetwork: true });
  // Node reads these variables for each request; the lower-case one takes precedence.
  const noProxy = new Set([process.env.NO_PROXY, process.env.no_proxy, ...LOOPBACK].flatMap(splitHosts));
  if (!noProxy.has("*")) for (const name of ["NO_PROXY", "no_proxy"]) process.env[name] = [...noProxy].join(",");
}

const splitHosts = (list: string | undefined) => (list ?? "").split(/[\s,]+/).filter(Boolean);
