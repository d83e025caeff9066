/** The URI scheme of guardrail documents. */
export const documentScheme = "openrouter-guardrail";
/** The URI scheme of the documents' JSON Schema; also in package.json. */
export const schemaScheme = "openrouter-guardrail-schema";
/** The schema's URI. Without a file extension, so that VS Code doesn't validate the schema itself as JSON. */
export const schemaAddress = `${schemaScheme}://catalog/guardrail`;
/** The URI scheme of the texts in the diff editor. */
export const previewScheme = "openrouter-guardrail-preview";
