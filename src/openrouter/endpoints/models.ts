import * as z from "zod";
import type { Client, RequestOptions } from "../client.ts";
import { Endpoint, Model, ModelEndpoints, Provider } from "../schemas.ts";
import { data } from "./envelopes.ts";
import { segment } from "./segment.ts";

export interface ModelQuery {
  /** Free text over name and slug. */
  q?: string;
  /** Comma-separated. */
  supported_parameters?: string;
  /** Comma-separated, or "all"; the API gives text-output models unless asked. */
  output_modalities?: string;
}

/** The catalog, whole. `GET /models`. */
export async function listModels(client: Client, query: ModelQuery = {}, options?: RequestOptions): Promise<Model[]> {
  return (
    await client.request({ method: "GET", path: "/models", query: { ...query }, schema: data(z.array(Model)) }, options)
  ).data;
}

/** The models that this account's privacy settings and guardrails leave. `GET /models/user`. */
export async function listUserModels(client: Client, options?: RequestOptions): Promise<Model[]> {
  return (await client.request({ method: "GET", path: "/models/user", schema: data(z.array(Model)) }, options)).data;
}

/** One model. `GET /model/{author}/{slug}`. */
export async function getModel(client: Client, author: string, slug: string, options?: RequestOptions): Promise<Model> {
  const path = `/model/${segment(author)}/${segment(slug)}`;
  return (await client.request({ method: "GET", path, schema: data(Model) }, options)).data;
}

/** Who serves a model, at what price and uptime. `GET /models/{author}/{slug}/endpoints`. */
export async function listModelEndpoints(
  client: Client,
  author: string,
  slug: string,
  options?: RequestOptions,
): Promise<ModelEndpoints> {
  const path = `/models/${segment(author)}/${segment(slug)}/endpoints`;
  return (await client.request({ method: "GET", path, schema: data(ModelEndpoints) }, options)).data;
}

/** Endpoints with zero data retention, a flat list, several a model. `GET /endpoints/zdr`. */
export async function listZdrEndpoints(client: Client, options?: RequestOptions): Promise<Endpoint[]> {
  return (await client.request({ method: "GET", path: "/endpoints/zdr", schema: data(z.array(Endpoint)) }, options))
    .data;
}

/** Providers by name and slug. `GET /providers`. */
export async function listProviders(client: Client, options?: RequestOptions): Promise<Provider[]> {
  return (await client.request({ method: "GET", path: "/providers", schema: data(z.array(Provider)) }, options)).data;
}
