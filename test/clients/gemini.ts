import { type Dialect, type Json, type Move, ownTools } from "./model.ts";

interface Declaration {
  name: string;
  parametersJsonSchema?: Json;
  parameters?: Json;
}

interface Part {
  functionResponse?: { name: string; response: { output?: unknown; error?: unknown } };
}

/** The Gemini API, as Gemini CLI speaks it. */
export const gemini: Dialect = {
  read(path, body) {
    if (!/:(stream)?generateContent$/i.test(path)) return undefined;
    const declarations = ((body.tools ?? []) as { functionDeclarations?: Declaration[] }[]).flatMap(
      ({ functionDeclarations = [] }) => functionDeclarations,
    );
    const parts = ((body.contents ?? []) as { parts?: Part[] }[]).flatMap(({ parts = [] }) => parts);
    return {
      tools: ownTools(
        declarations.map(({ name, parametersJsonSchema, parameters }) => ({
          fullName: name,
          schema: parametersJsonSchema ?? parameters ?? {},
        })),
      ),
      results: parts.flatMap(({ functionResponse }) =>
        functionResponse ? [resultText(functionResponse.response)] : [],
      ),
    };
  },
  other: (path) => (path.endsWith(":countTokens") ? { totalTokens: 10 } : {}),
  answer(response, body, move) {
    const asJson = (body.generationConfig as Json | undefined)?.responseMimeType === "application/json";
    const candidate = { content: { role: "model", parts: [part(move, asJson)] }, finishReason: "STOP", index: 0 };
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
    const text = JSON.stringify({ candidates: [candidate], usageMetadata, modelVersion: "scripted" });
    response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${text}\n\n`);
  },
};

function resultText({ output, error }: { output?: unknown; error?: unknown }): string {
  const text = output ?? error;
  return typeof text === "string" ? text : JSON.stringify(text);
}

/** Returns JSON for the client's internal requests (next speaker, choice of model). */
function part(move: Move, asJson: boolean): Json {
  if (asJson) return { text: JSON.stringify({ reasoning: "Scripted.", next_speaker: "user", model_choice: "flash" }) };
  return "tool" in move ? { functionCall: { name: move.tool.fullName, args: move.args } } : { text: move.text };
}
