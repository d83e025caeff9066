// A private certificate authority, as companies have one for proxies that inspect TLS. Needs the `openssl` command.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canInstallPackages, installPackages } from "../../vscode/host/apt.ts";
import { which } from "../../vscode/host/run.ts";

if (!which("openssl") && canInstallPackages()) await installPackages(["openssl"]);

export interface Certificate {
  key: string;
  /** PEM, with the issuer's certificate if there is one. */
  cert: string;
}

interface IssueOptions {
  host: string;
  /** Issues a certificate that has expired. */
  expired?: boolean;
  /** Doesn't send the issuer's certificate along. */
  withoutIssuer?: boolean;
}

export interface PrivateCa {
  /** The file for NODE_EXTRA_CA_CERTS. */
  file: string;
  pem: string;
  issue(options: IssueOptions): Certificate;
  remove(): void;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Creates a new authority in a temporary folder. */
export function createPrivateCa(): PrivateCa {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-ca-"));
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA");
  const pem = read("ca.pem");
  let count = 0;
  return {
    file: join(folder, "ca.pem"),
    pem,
    issue({ host, expired, withoutIssuer }) {
      count += 1;
      const [key, csr, cert] = [`${count}.key`, `${count}.csr`, `${count}.pem`];
      const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
      openssl("req", ...NEW_KEY, "-keyout", key, "-out", csr, ...names);
      const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"];
      openssl("x509", "-req", "-in", csr, "-out", cert, "-days", expired ? "-1" : "2", ...issuer);
      return { key: read(key), cert: withoutIssuer ? read(cert) : `${read(cert)}${pem}` };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Creates a certificate that is its own issuer. */
export function createSelfSigned(host: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-cert-"));
  try {
    const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-days", "2"];
    const files = ["-keyout", "own.key", "-out", "own.pem"];
    execFileSync("openssl", ["req", "-x509", ...NEW_KEY, ...files, ...names], { cwd: folder, stdio: "pipe" });
    return { key: readFileSync(join(folder, "own.key"), "utf8"), cert: readFileSync(join(folder, "own.pem"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
