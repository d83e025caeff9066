// Pages of OpenRouter's site that people are sent to.

/** Where Provisioning (Management) keys are made. */
export const managementKeysUrl = "https://openrouter.ai/settings/management-keys";

/** Where credits are bought. */
export const creditsUrl = "https://openrouter.ai/settings/credits";
