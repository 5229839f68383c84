import { expect, test } from 'vitest';
import { podTemplates, type PodTemplate } from '../../../src/resources/core/podtemplate.ts';
import { accepted, cells, shown, template } from '../apps/workloads.ts';

const make = (own: object | undefined): PodTemplate => {
  const { spec: _, ...object } = accepted(podTemplates, {}, { template: own }) as PodTemplate & { spec?: unknown };
  return object;
};

test('a pod template', () => {
  const object = make(template);
  expect(object.template.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
  expect(podTemplates.strategy.validate!(object)).toEqual([]);
  expect(shown(podTemplates.strategy.validate!(make(undefined)))).toEqual(['template.spec.containers: Required value']);
  expect(cells(podTemplates, object)).toEqual({ Name: 'web', Containers: 'web', Images: 'nginx:1.29', 'Pod Labels': 'app=web' });
  expect(podTemplates.columns.map(({ priority = 0 }) => priority)).toEqual([0, 0, 0, 0]);
  expect(podTemplates.hasSpec).toBe(true);
});
