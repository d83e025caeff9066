// Pages of OpenRouter's website that messages link to.

/** Provisioning (Management) keys are created here. */
export const managementKeysUrl = "https://openrouter.ai/settings/management-keys";

/** Says what to do about a key that others may have read. */
export const exposedKeyUrl = "https://openrouter.ai/docs/api-reference/authentication#if-your-key-has-been-exposed";

/** Credits are bought here. */
export const creditsUrl = "https://openrouter.ai/settings/credits";
