import { canInstallPackages, installPackages } from "./apt.ts";
import { progress } from "./run.ts";

/** Emoji in names are drawn as such; without the font a picture would show boxes. */
export async function installFonts(): Promise<void> {
  if (!canInstallPackages()) return;
  try {
    await installPackages(["fonts-noto-color-emoji", "fonts-inter"]);
  } catch (error) {
    progress(`fonts for the pictures could not be installed: ${error}`);
  }
}
