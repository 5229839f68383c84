import { describe, expect, test } from 'vitest';
import { statefulSets } from '../../../src/resources/apps/statefulset.ts';
import { accepted, cells, shown, template } from './workloads.ts';

const { strategy } = statefulSets;
const good = { selector: { matchLabels: { app: 'web' } }, template };
const make = (spec: object = {}, more: object = {}) => accepted(statefulSets, { ...good, ...spec }, more);
const claim = (spec: object = {}) => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const mounting = {
  ...template,
  spec: { containers: [{ ...template.spec.containers[0], volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
};

describe('defaults', () => {
  test('of a minimal set', () => {
    const { spec, status } = make({}, { status: {} });
    expect(spec).toMatchObject({
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      replicas: 1,
      revisionHistoryLimit: 10,
      serviceName: '',
      template: { spec: { restartPolicy: 'Always' } },
    });
    expect(status).toEqual({ replicas: 0, availableReplicas: 0 });
  });
  test.each([
    [{ type: 'RollingUpdate' }, { type: 'RollingUpdate' }],
    [{ type: 'OnDelete' }, { type: 'OnDelete' }],
    [{ rollingUpdate: { partition: 2 } }, { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
  ])('of the update strategy %j', (updateStrategy, expected) =>
    expect(make({ updateStrategy }).spec.updateStrategy).toEqual(expected),
  );
  test('of claims', () =>
    expect(make({ volumeClaimTemplates: [claim()] }).spec.volumeClaimTemplates).toEqual([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        ...claim({ volumeMode: 'Filesystem' }),
        status: { phase: 'Pending' },
      },
    ]));
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [
      { podManagementPolicy: 'Wild' },
      ["spec.podManagementPolicy: Invalid value: \"Wild\": must be 'OrderedReady' or 'Parallel'"],
    ],
    [
      { updateStrategy: { type: 'Wild' } },
      ['spec.updateStrategy: Invalid value: {"type":"Wild"}: must be \'RollingUpdate\' or \'OnDelete\''],
    ],
    [
      { updateStrategy: { type: 'OnDelete', rollingUpdate: {} } },
      ["spec.updateStrategy.rollingUpdate: Invalid value: {}: only allowed for updateStrategy 'RollingUpdate'"],
    ],
    [
      { updateStrategy: { rollingUpdate: { partition: -1, maxUnavailable: 0 } } },
      [
        'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
      ],
    ],
    [
      { updateStrategy: { rollingUpdate: { maxUnavailable: '101%' } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep', whenScaled: 'Delete' } },
      ['spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"'],
    ],
    [
      { replicas: -1, minReadySeconds: -2, ordinals: { start: -3 } },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0',
        'spec.ordinals.start: Invalid value: -3: must be greater than or equal to 0',
      ],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset']],
    [
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } } },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
      ],
    ],
    [{ template: { ...template, spec: { ...template.spec, hostname: 'No!', subdomain: 'No!' } } }, []],
    [{ template: mounting, volumeClaimTemplates: [claim()] }, []],
    [{ template: mounting }, ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']],
  ])('%j', (spec, errors) => expect(shown(strategy.validate!(make(spec)))).toEqual(errors));

  test('of a new set', () => {
    const spec = { serviceName: 'a.b', volumeClaimTemplates: [claim({ accessModes: [] })] };
    expect(shown(strategy.validateCreate!(make(spec)))).toEqual([
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      'spec.serviceName: Invalid value: "a.b": must not contain dots',
    ]);
    expect(strategy.validateCreate!(make())).toEqual([]);
  });

  const rule =
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  test.each<[object, string[]]>([
    [{ replicas: 5, ordinals: { start: 1 }, template: mounting, updateStrategy: { type: 'OnDelete' } }, []],
    [{ revisionHistoryLimit: 1, minReadySeconds: 1, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } }, []],
    [{ serviceName: 'other' }, [rule]],
    [{ podManagementPolicy: 'Parallel' }, [rule]],
    [{ volumeClaimTemplates: [claim()] }, [rule]],
    [{ selector: { matchLabels: { app: 'web', tier: 'a' } } }, [rule]],
  ])('a change to %j', (spec, errors) => expect(shown(strategy.validateUpdate!(make(spec), make()))).toEqual(errors));

  test.each<[object, object, string[]]>([
    [{ replicas: 2, readyReplicas: 2, availableReplicas: 1, currentReplicas: 1, updatedReplicas: 1 }, {}, []],
    [{ currentReplicas: 1 }, {}, ['status.currentReplicas: Invalid value: 1: cannot be greater than status.replicas']],
    [
      { replicas: 1, availableReplicas: 1 },
      {},
      ['status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas'],
    ],
    [{ observedGeneration: -1 }, {}, ['status.observedGeneration: Invalid value: -1: must be greater than or equal to 0']],
    [{}, { collisionCount: 1 }, ['status.collisionCount: Invalid value: 0: cannot be decremented']],
  ])('status %j after %j', (status, old, errors) =>
    expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make({}, { status: old })))).toEqual(errors),
  );
});

test('warnings', () => {
  const fractional = claim({ resources: { requests: { storage: '1500m' } } });
  expect(strategy.warnings!(make({ revisionHistoryLimit: -1, volumeClaimTemplates: [fractional] }), undefined)).toEqual([
    'spec.volumeClaimTemplates[0].resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ]);
  expect(strategy.warnings!(make({ volumeClaimTemplates: [claim()] }), undefined)).toEqual([]);
});

test('as a row and as a scale', () => {
  const object = make({ replicas: 3 }, { status: { replicas: 2, readyReplicas: 1 } });
  expect(cells(statefulSets, object)).toEqual({ Name: 'web', Ready: '1/3', Age: '60m', Containers: 'web', Images: 'nginx:1.29' });
  const scale = statefulSets.scale!;
  expect([scale.specReplicas(object), scale.statusReplicas(object), scale.selector(object)]).toEqual([3, 2, 'app=web']);
  scale.setSpecReplicas(object, 0);
  expect(object.spec.replicas).toBe(0);
});
