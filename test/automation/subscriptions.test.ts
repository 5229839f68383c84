import { describe, expect, test } from 'vitest';
import { compileSubscription, deliveriesOf } from '../../src/automation/subscriptions.ts';
import { limits } from '../../src/lib/limits.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { Subscription, SubscriptionSpec } from '../../src/resources/automation/subscription.ts';
import { textEntry } from '../../src/storage/entry.ts';
import type { Change } from '../../src/storage/store.ts';

const now = new Date('2026-05-01T12:00:00Z');
type Part = Record<string, unknown>;

/** A change of the object from `before` to `after`; the resource is that of pods unless said otherwise. */
function change(before: Part | undefined, after: Part | undefined, resource = 'pods', namespace = 'default'): Change {
  const entry = (part: Part, revision: number) => {
    const { metadata = {}, ...rest } = part as { metadata?: Part };
    const apiVersion = resource.includes('.') ? `${resource.slice(resource.indexOf('.') + 1)}/v1` : 'v1';
    const object = { apiVersion, kind: 'Some', metadata: { name: 'a', namespace, ...metadata }, ...rest };
    return textEntry({ resource, namespace, name: 'a' }, revision, JSON.stringify(object));
  };
  const previous = before && entry(before, 8);
  if (!after) return { revision: 9, type: 'DELETED', entry: entry(before!, 9), previous: previous! };
  return { revision: 9, type: before ? 'MODIFIED' : 'ADDED', entry: entry(after, 9), ...(previous && { previous }) };
}

function subscription(spec: Partial<SubscriptionSpec>, namespace?: string) {
  const metadata = { name: 's', uid: 'uid-s', ...(namespace !== undefined && { namespace }) } as KubeObject['metadata'];
  const all = { url: 'https://a.example', secretRef: { name: 's' }, rules: [{ apiGroups: ['*'], resources: ['*'] }], ...spec };
  return compileSubscription({ apiVersion: 'automation.hibernetes.dev/v1', kind: 'X', metadata, spec: all } as Subscription);
}

const told = (spec: Partial<SubscriptionSpec>, about: Change, namespace?: string) => deliveriesOf(about, [subscription(spec, namespace)], now);
const isTold = (...args: Parameters<typeof told>) => told(...args) !== undefined;
const data = (...args: Parameters<typeof told>) => JSON.parse(told(...args)![0]!.body).data;

describe('which changes', () => {
  const pod = change(undefined, {});
  const rule = (more: Part) => ({ rules: [{ apiGroups: [''], resources: ['pods'], ...more }] });

  test.each<[string, Partial<SubscriptionSpec>, Change, boolean, string?]>([
    ['of the kind', rule({}), pod, true],
    ['of another kind', rule({ resources: ['nodes'] }), pod, false],
    ['of another group', rule({ apiGroups: ['apps'] }), pod, false],
    ['of a group', { rules: [{ apiGroups: ['apps'], resources: ['*'] }] }, change({}, {}, 'deployments.apps'), true],
    ['in a version', rule({ apiVersions: ['v1'] }), pod, true],
    ['in another version', rule({ apiVersions: ['v2'] }), pod, false],
    ['of an operation', rule({ operations: ['CREATE'] }), pod, true],
    ['of another operation', rule({ operations: ['UPDATE', 'DELETE'] }), pod, false],
    ['of the own namespace', {}, pod, true, 'default'],
    ['of another namespace', {}, pod, false, 'other'],
    ['of one of the namespaces', { namespaces: ['other', 'default'] }, pod, true],
    ['of none of the namespaces', { namespaces: ['other'] }, pod, false],
    ['without a namespace', { namespaces: ['other'] }, change({}, {}, 'nodes', ''), false],
    ['with the labels', { selector: { matchLabels: { app: 'web' } } }, change(undefined, { metadata: { labels: { app: 'web' } } }), true],
    ['without the labels', { selector: { matchLabels: { app: 'web' } } }, pod, false],
    ['of subscriptions themselves', {}, change({}, {}, 'webhooksubscriptions.automation.hibernetes.dev'), false],
    ['for which the condition holds', { condition: 'operation == "CREATE" && oldObject == null' }, pod, true],
    ['for which it does not', { condition: 'object.metadata.name == "b"' }, pod, false],
    ['for which it has no value', { condition: 'object.spec.nothing == 1' }, pod, false],
    ['for which it costs too much', { condition: '[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, a + b + c + d + e > 0)))))' }, pod, false],
  ])('%s', (_, spec, about, expected, namespace) => expect(isTold(spec, about, namespace)).toBe(expected));
});

describe('the conditions of docs/webhooks.md', () => {
  const status = (type: string, value: string) => ({ status: { conditions: [{ type, status: value }] } });
  const available = `object.?status.?conditions.orValue([]).exists(c, c.type == 'Available' && c.status == 'True')
    && !(operation == 'UPDATE' && oldObject.?status.?conditions.orValue([]).exists(c, c.type == 'Available' && c.status == 'True'))`;
  const looping = `object.?status.?containerStatuses.orValue([]).exists(c, c.?state.?waiting.?reason.orValue('') == 'CrashLoopBackOff')
    && !oldObject.?status.?containerStatuses.orValue([]).exists(c, c.?state.?waiting.?reason.orValue('') == 'CrashLoopBackOff')`;
  const notReady = `object.?status.?conditions.orValue([]).exists(c, c.type == 'Ready' && c.status != 'True')
    && oldObject.?status.?conditions.orValue([]).exists(c, c.type == 'Ready' && c.status == 'True')`;
  const crash = { status: { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] } };
  const running = { status: { containerStatuses: [{ state: { running: {} } }] } };

  test.each<[string, string, Part | undefined, Part, boolean]>([
    ['Deployment became Available', available, status('Available', 'False'), status('Available', 'True'), true],
    ['Deployment became Available', available, {}, status('Available', 'True'), true],
    ['Deployment became Available', available, undefined, status('Available', 'True'), true],
    ['Deployment stays Available', available, status('Available', 'True'), status('Available', 'True'), false],
    ['Deployment without status', available, undefined, {}, false],
    ['Pod CrashLoopBackOff', looping, running, crash, true],
    ['Pod still CrashLoopBackOff', looping, crash, crash, false],
    ['Pod runs', looping, crash, running, false],
    ['Node NotReady', notReady, status('Ready', 'True'), status('Ready', 'Unknown'), true],
    ['Node still NotReady', notReady, status('Ready', 'False'), status('Ready', 'Unknown'), false],
    ['Node Ready again', notReady, status('Ready', 'False'), status('Ready', 'True'), false],
  ])('%s', (_, condition, before, after, expected) => expect(isTold({ condition }, change(before, after))).toBe(expected));
});

describe('what is told', () => {
  test('the object, without who manages it', () => {
    const [delivery] = told({}, change({}, { metadata: { managedFields: [{}] }, spec: { x: 1 } }, 'deployments.apps'))!;
    expect(delivery).toMatchObject({ subscription: 'uid-s', event: 'deployments.apps.updated' });
    expect(JSON.parse(delivery!.body)).toEqual({
      type: 'deployments.apps.updated',
      timestamp: '2026-05-01T12:00:00.000Z',
      data: {
        subscription: { name: 's' },
        operation: 'UPDATE',
        revision: '9',
        object: { apiVersion: 'apps/v1', kind: 'Some', metadata: { name: 'a', namespace: 'default' }, spec: { x: 1 } },
      },
    });
  });

  test('of a deletion its last state', () => expect(data({}, change({ spec: 1 }, undefined))).toMatchObject({ operation: 'DELETE', object: { spec: 1 } }));

  test('of Secrets only the metadata, in conditions and payloads too', () => {
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"k":"aGlkZGVu"}}', note: 'n' };
    const secret = { metadata: { annotations: applied }, data: { k: 'aGlkZGVu' }, stringData: { k: 'aGlkZGVu' } };
    const about = change(secret, secret, 'secrets');
    expect(JSON.stringify(told({}, about))).not.toContain('aGlkZGVu');
    expect(data({}, about).object.metadata.annotations).toEqual({ note: 'n' });
    expect(isTold({ condition: 'has(object.data) || has(oldObject.data)' }, about)).toBe(false);
    expect(data({ payload: '{"all": [object, oldObject]}' }, about).all[1].data).toBeUndefined();
  });

  test('what the payload gives; with an error, the object and the error', () => {
    const payload = "{'text': object.metadata.name + ' was ' + operation, 'list': [1, 2.5, true, null]}";
    expect(data({ payload: "{'text': dyn(object.metadata.name + ' was ' + operation), 'n': dyn(1)}" }, change({}, {}))).toEqual({ text: 'a was UPDATE', n: 1 });
    expect(data({ payload }, change({}, {})).payloadError).toContain('compilation failed');
    expect(data({ payload: 'object.spec.none' }, change({}, {}))).toMatchObject({ payloadError: 'no such key: spec', object: { kind: 'Some' } });
  });

  test('of an object that is too large only what it is', () => {
    const large = change({}, { spec: 'x'.repeat(limits.deliveryBytes) });
    expect(data({}, large)).toMatchObject({ truncated: true, object: { metadata: { name: 'a' } } });
    expect(data({}, large).object.spec).toBeUndefined();
    expect(data({ payload: 'object' }, large)).toMatchObject({ truncated: true, payloadError: 'the payload is too large' });
  });
});
