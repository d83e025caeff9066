import { readdirSync } from "node:fs";
import { progress, run, which } from "./run.ts";

/** True if Debian packages can be installed: apt-get exists and we are root. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && which("apt-get") !== undefined;
}

/** Installs the packages that are missing. */
export async function installPackages(packages: string[]): Promise<void> {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  progress(`installing Debian packages: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env });
  await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], { env });
}

/** dpkg stores checksums of installed packages under their name, or name:architecture for libraries. */
function isInstalled(name: string): boolean {
  return readdirSync("/var/lib/dpkg/info").some(
    (file) => file === `${name}.md5sums` || (file.startsWith(`${name}:`) && file.endsWith(".md5sums")),
  );
}
