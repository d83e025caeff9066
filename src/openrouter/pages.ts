// Pages of OpenRouter's site that people are sent to.

/** Where Provisioning (Management) keys are made. */
export const managementKeysPage = "https://openrouter.ai/settings/management-keys";

/** Where credits are bought. */
export const creditsPage = "https://openrouter.ai/settings/credits";
