/** CustomResourceDefinitions to make tests with. */
import type { JSONSchemaProps } from '../../../src/machinery/structural/schema.ts';

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A definition of CronTabs (`crontabs.stable.example.com`) with one version, or with those that are given. */
export function cronTabs(schema: JSONSchemaProps, more: { version?: object; spec?: object; versions?: object[] } = {}) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
      versions: more.versions ?? [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more.version },
      ],
      ...more.spec,
    },
  };
}

export const cronTabsPath = '/apis/stable.example.com/v1/namespaces/default/crontabs';

export const cronTab = (name: string, more: object = {}) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  ...more,
});

/** The schema of an object with these fields in its spec. */
export const withSpec = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});
