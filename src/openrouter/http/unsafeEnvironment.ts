import { InvalidInputError } from "../errors.ts";

/**
 * Variables from which Node, or its OpenSSL, loads code, writes down what a process does, or stops verifying
 * certificates. A process that holds the key does not take them over from whoever started the editor or the client.
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
 * Refuses to go on where certificates are not verified: anybody on the way could read the key.
 * @throws InvalidInputError
 */
export function checkTls(env: Readonly<Record<string, string | undefined>>): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== "0") return;
  throw new InvalidInputError(
    "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification of certificates off: refused, nothing was sent.",
    "Unset it; a proxy's own certificates are named by NODE_EXTRA_CA_CERTS, or taken from the system with NODE_USE_SYSTEM_CA=1.",
  );
}
