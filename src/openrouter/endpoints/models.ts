import * as z from "zod";
import type { Client, RequestOptions } from "../http/call.ts";
import { Endpoint, Model, ModelEndpoints, Provider } from "../schemas.ts";
import { data, type Rows, rows } from "./envelopes.ts";
import { pathSegment } from "./pathSegment.ts";

/** In the flat list, each endpoint names its model. */
const ZdrEndpoint = Endpoint.extend({ model_id: z.string().min(1) });

export interface ModelQuery {
  /** Free-text search in name and slug. */
  q?: string;
  /** Comma-separated. */
  supported_parameters?: string;
  /** Comma-separated, or "all"; by default only models with text output. */
  output_modalities?: string;
}

/** Lists the complete catalog. `GET /models`. */
export function listModels(client: Client, query: ModelQuery = {}, options?: RequestOptions): Promise<Rows<Model>> {
  return client.request({ method: "GET", path: "/models", query: { ...query }, schema: rows(Model) }, options);
}

/** Lists the models that the account's privacy settings and guardrails allow. `GET /models/user`. */
export function listUserModels(client: Client, options?: RequestOptions): Promise<Rows<Model>> {
  return client.request({ method: "GET", path: "/models/user", schema: rows(Model) }, options);
}

/** Returns one model. `GET /model/{author}/{slug}`. */
export async function getModel(client: Client, author: string, slug: string, options?: RequestOptions): Promise<Model> {
  const path = `/model/${pathSegment(author)}/${pathSegment(slug)}`;
  return (await client.request({ method: "GET", path, schema: data(Model) }, options)).data;
}

/** Lists a model's endpoints with their providers, prices and uptimes. `GET /models/{author}/{slug}/endpoints`. */
export async function listModelEndpoints(
  client: Client,
  author: string,
  slug: string,
  options?: RequestOptions,
): Promise<{ id: string; endpoints: Rows<Endpoint> }> {
  const path = `/models/${pathSegment(author)}/${pathSegment(slug)}/endpoints`;
  const { id, endpoints } = (await client.request({ method: "GET", path, schema: data(ModelEndpoints) }, options)).data;
  return { id, endpoints: rows(Endpoint).parse({ data: endpoints }) };
}

/** Lists the endpoints of all models that have zero data retention. `GET /endpoints/zdr`. */
export function listZdrEndpoints(client: Client, options?: RequestOptions): Promise<Rows<Endpoint>> {
  return client.request({ method: "GET", path: "/endpoints/zdr", schema: rows(ZdrEndpoint) }, options);
}

/** Lists providers. `GET /providers`. */
export function listProviders(client: Client, options?: RequestOptions): Promise<Rows<Provider>> {
  return client.request({ method: "GET", path: "/providers", schema: rows(Provider) }, options);
}
