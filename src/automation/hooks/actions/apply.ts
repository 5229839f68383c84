import type { HookClient } from '../client.ts';
import type { ActionOf } from '../config.ts';
import { HookError } from '../expressions.ts';
import { renderAll } from '../template.ts';
import type { ActionContext, ActionResult } from './action.ts';

interface Rendered {
  apiVersion: string;
  kind: string;
  metadata: { name: unknown; namespace?: string };
}

const objectName = /^[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?$/;

/** Applies an object, server-side, with the hook as the manager of its fields. */
export async function apply({ template, force }: ActionOf<'apply'>, { client, rendering }: ActionContext): Promise<ActionResult> {
  const object = { ...(renderAll(template, rendering) as Rendered), apiVersion: template.apiVersion, kind: template.kind };
  const { name } = object.metadata;
  if (typeof name !== 'string' || !objectName.test(name)) throw new HookError(`${JSON.stringify(name)} is not the name of an object`);
  const { group, base, resource } = await resourceOf(client, object);
  const rule = { verbs: ['patch', 'create'], apiGroups: [group], resources: [resource], resourceNames: [name] };
  const path = `${base}/namespaces/${client.namespace}/${resource}/${name}`;
  object.metadata = { ...object.metadata, namespace: client.namespace };
  const query = `&fieldValidation=Strict${force ? '&force=true' : ''}`;
  const { metadata } = await client.patch<{ metadata: { resourceVersion?: string } }>(path, rule, 'apply', object, query);
  const detail = metadata.resourceVersion === undefined ? 'applied' : `applied, now at ${metadata.resourceVersion}`;
  return { object: `${group === '' ? resource : `${resource}.${group}`}/${name}`, result: 'changed', detail };
}

interface Discovered {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Where objects of a kind are, as the cluster says: custom kinds too. */
async function resourceOf(client: HookClient, { apiVersion, kind }: Rendered): Promise<{ group: string; base: string; resource: string }> {
  if (!/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion)) throw new HookError(`${JSON.stringify(apiVersion)} is not a version of an API`);
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await client.get<Discovered>(base, { verbs: ['get'], nonResourceURLs: [base] });
  const found = resources.find((each) => each.kind === kind && !each.name.includes('/'));
  if (!found) throw new HookError(`the cluster has no ${kind} in ${apiVersion}`);
  if (!found.namespaced) throw new HookError(`${kind} is not in namespaces, and a hook does nothing outside of its own`);
  return { group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', base, resource: found.name };
}
