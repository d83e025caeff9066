import { canInstallPackages, installPackages } from "./apt.ts";
import { progress } from "./run.ts";

/** Installs fonts so that screenshots show emoji instead of boxes. */
export async function installFonts(): Promise<void> {
  if (!canInstallPackages()) return;
  try {
    await installPackages(["fonts-noto-color-emoji", "fonts-inter"]);
  } catch (error) {
    progress(`couldn't install fonts for the screenshots: ${error}`);
  }
}
