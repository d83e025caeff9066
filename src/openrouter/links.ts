// Pages of OpenRouter's website that messages link to.

/** Provisioning (Management) keys are created here. */
export const managementKeysUrl = "https://openrouter.ai/settings/management-keys";

/** Credits are bought here. */
export const creditsUrl = "https://openrouter.ai/settings/credits";
