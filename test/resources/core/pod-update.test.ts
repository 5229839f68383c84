import { describe, expect, test } from 'vitest';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { container, defaulted, lines, metadata, pod } from '../objects.ts';

const only =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';
const term = (values: string[]) => ({ matchExpressions: [{ key: 'a', operator: 'In', values }] });
const nodeAffinity = (...terms: object[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
});

/** What is wrong with changing a pod from one spec to another. */
function update(from: Partial<Pod['spec']>, to: Partial<Pod['spec']>): string[] {
  const old = defaulted(pods, pod(from));
  return lines(pods.strategy.validateUpdate!(defaulted(pods, pod(to)), old));
}

describe('updates of pods', () => {
  test.each<[string, Partial<Pod['spec']>, Partial<Pod['spec']>, string[]]>([
    ['nothing', {}, {}, []],
    ['an image', {}, { containers: [container({ image: 'nginx:2' })] }, []],
    ['no image', {}, { containers: [container({ image: '' })] }, ['spec.containers[0].image: Required value']],
    ['a command', {}, { containers: [container({ command: ['sh'] })] }, [`${only}changed: spec.containers`]],
    [
      'the node and a label',
      {},
      { nodeName: 'n', nodeSelector: { a: 'b' } },
      [`${only}changed: spec.nodeName, spec.nodeSelector`],
    ],
    [
      'another container',
      {},
      { containers: [container(), container({ name: 'b' })] },
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    ['a deadline where there was none', {}, { activeDeadlineSeconds: 5 }, []],
    ['an earlier deadline', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 4 }, []],
    [
      'a later deadline',
      { activeDeadlineSeconds: 5 },
      { activeDeadlineSeconds: 6 },
      ['spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value'],
    ],
    [
      'no deadline any more',
      { activeDeadlineSeconds: 5 },
      {},
      ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
    ],
    ['one more toleration', {}, { tolerations: [{ key: 'a', operator: 'Exists' }] }, []],
    [
      'the seconds of a toleration',
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }] },
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }] },
      [],
    ],
    [
      'a toleration less',
      { tolerations: [{ key: 'a', operator: 'Exists' }] },
      {},
      ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
    ],
    ['grace from negative to 1', { terminationGracePeriodSeconds: -1 }, { terminationGracePeriodSeconds: 1 }, []],
    ['grace from 30 to 1', {}, { terminationGracePeriodSeconds: 1 }, [`${only}changed: spec.terminationGracePeriodSeconds`]],
    ['a gate less', { schedulingGates: [{ name: 'a' }] }, {}, []],
    [
      'a gate more',
      {},
      { schedulingGates: [{ name: 'a' }] },
      ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'"],
    ],
    [
      'gated: a narrower node selector',
      { schedulingGates: [{ name: 'a' }], nodeSelector: { a: '1' } },
      { schedulingGates: [{ name: 'a' }], nodeSelector: { a: '1', b: '2' } },
      [],
    ],
    [
      'gated: another node selector',
      { schedulingGates: [{ name: 'a' }], nodeSelector: { a: '1' } },
      { schedulingGates: [{ name: 'a' }], nodeSelector: { a: '2' } },
      [
        'spec.nodeSelector: Invalid value: {"a":"2"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      ],
    ],
    [
      'gated: affinity where there was none',
      { schedulingGates: [{ name: 'a' }] },
      { schedulingGates: [{ name: 'a' }], affinity: nodeAffinity(term(['1'])) },
      [],
    ],
    [
      'gated: another affinity',
      { schedulingGates: [{ name: 'a' }], affinity: nodeAffinity(term(['1'])) },
      { schedulingGates: [{ name: 'a' }], affinity: nodeAffinity(term(['2'])) },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"matchExpressions":[{"key":"a","operator":"In","values":["2"]}]}: only additions are allowed (no mutations or deletions)',
      ],
    ],
    [
      'not gated: a node selector',
      { nodeSelector: { a: '1' } },
      { nodeSelector: { a: '1', b: '2' } },
      [`${only}changed: spec.nodeSelector`],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(update(from, to)).toEqual(expected);
  });

  test('a pod does not become a mirror', () => {
    const mirror = defaulted(
      pods,
      pod({}, { metadata: metadata('web', { annotations: { 'kubernetes.io/config.mirror': 'x' } }) }),
    );
    const plain = defaulted(pods, pod());
    expect(lines(pods.strategy.validateUpdate!(mirror, plain))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation',
    ]);
    expect(lines(pods.strategy.validateUpdate!(plain, mirror))).toEqual([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation',
    ]);
  });
});

describe('status of pods', () => {
  const ended = (exitCode: number) => ({
    name: 'web',
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { terminated: { exitCode } },
  });
  const running = { name: 'web', image: '', imageID: '', ready: true, restartCount: 1, state: { running: {} } };
  const write = (spec: Partial<Pod['spec']>, status: Pod['status'], before: Pod['status'] = { qosClass: 'BestEffort' }) =>
    lines(pods.strategy.validateStatusUpdate!(pod(spec, { status }), pod(spec, { status: before })));

  test.each<[string, Partial<Pod['spec']>, Pod['status'], Pod['status'], string[]]>([
    ['a phase', {}, { phase: 'Running' }, {}, []],
    ['a restart', { restartPolicy: 'Always' }, { containerStatuses: [running] }, { containerStatuses: [ended(0)] }, []],
    [
      'a restart after failure',
      { restartPolicy: 'OnFailure' },
      { containerStatuses: [running] },
      { containerStatuses: [ended(1)] },
      [],
    ],
    [
      'a restart after success',
      { restartPolicy: 'OnFailure' },
      { containerStatuses: [running] },
      { containerStatuses: [ended(0)] },
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    [
      'a restart that is never',
      { restartPolicy: 'Never' },
      { containerStatuses: [running] },
      { containerStatuses: [ended(1)] },
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    [
      'another class',
      {},
      { qosClass: 'Guaranteed' },
      { qosClass: 'BestEffort' },
      ['status.qosClass: Invalid value: "Guaranteed": field is immutable'],
    ],
    [
      'a nomination after binding',
      { nodeName: 'n' },
      { nominatedNodeName: 'm' },
      {},
      ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
    ],
    [
      'bad addresses',
      {},
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], hostIP: '1.1.1.1', hostIPs: [{ ip: '2.2.2.2' }] },
      {},
      [
        'status.hostIPs[0].ip: Invalid value: "2.2.2.2": must be equal to `hostIP`',
        'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      'a bad condition',
      {},
      { conditions: [{ type: 'a b', status: 'True' }] },
      {},
      [
        "status.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
  ])('%s', (_, spec, status, before, expected) => {
    expect(write(spec, status, before)).toEqual(expected);
  });
});
