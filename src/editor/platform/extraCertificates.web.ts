/** Certificates are up to the browser. */
export const fetchOptions = (): RequestInit => ({});
