import { followData } from "../data/followData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import type { SafetyModel } from "./safetyModel.ts";
import type { SafetySources } from "./sources.ts";

/** The Key Safety view as seen by its commands. */
export interface SafetyView extends ResourceView {
  /** What it shows; loaded with the first use. */
  model(): Promise<SafetyModel>;
}

/**
 * Creates the view of findings by rule. It loads keys and guardrails while it is visible. For its badge, it also audits keys
 * that other views have loaded.
 */
export function createSafetyView(sources: SafetySources): SafetyView {
  const { sessions } = sources;
  let loading: Promise<SafetyModel> | undefined;
  let model: SafetyModel | undefined;

  const load = () =>
    (loading ??= import("./safetyModel.ts").then(
      ({ createSafetyModel }) => (model = createSafetyModel(sources, view)),
    ));

  const view = createResourceView(sessions, {
    id: viewIds.safety,
    stateKey: contextKeys.safetyState,
    canSelectMany: true,
    resources: ({ keys, guardrails }) => [keys, guardrails],
    lookups: ({ members }) => [members],
    emptyState: ({ data: { keys } }) => (keys.current?.value.keys.length ? undefined : "empty"),
    note: () => model?.note(),
    message: (session) => model?.message(session),
    roots: async (session) => (await load()).roots(session),
  });
  const following = followData(
    sessions,
    ({ keys, guardrails }) => [keys, guardrails],
    (session) => {
      if (model || session?.data.keys.current?.complete) void load().then(({ update }) => update());
    },
  );

  return {
    ...view,
    model: load,
    dispose() {
      for (const one of [following, view, model]) one?.dispose();
    },
  };
}
