import { InvalidInputError } from "../errors.ts";

/**
 * Variables that make Node or OpenSSL load code, log what the process does, or skip certificate verification. A process
 * that has the key must not inherit them.
 */
export const unsafeVariables = [
  "NODE_OPTIONS",
  "NODE_PATH",
  "NODE_REPL_EXTERNAL_MODULE",
  "NODE_COMPILE_CACHE",
  "OPENSSL_CONF",
  "OPENSSL_MODULES",
  "NODE_V8_COVERAGE",
  "NODE_DEBUG",
  "NODE_DEBUG_NATIVE",
  "NODE_REDIRECT_WARNINGS",
  "SSLKEYLOGFILE",
  "NODE_TLS_REJECT_UNAUTHORIZED",
] as const;

/**
 * Checks that TLS certificates are verified: otherwise anybody on the network could read the key.
 * @throws InvalidInputError if they aren't
 */
export function checkTls(env: Readonly<Record<string, string | undefined>>): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== "0") return;
  throw new InvalidInputError(
    "NODE_TLS_REJECT_UNAUTHORIZED=0 turns off certificate verification, which isn't allowed; nothing was sent.",
    "Unset it. To trust a proxy's certificate, set NODE_EXTRA_CA_CERTS, or NODE_USE_SYSTEM_CA=1 for the system's certificates.",
  );
}
