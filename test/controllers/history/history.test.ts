import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../src/controllers/history/history.ts';
import { byRevision, newRevision, templateOf } from '../../../src/controllers/history/revision.ts';
import { selectorFromLabelSelector } from '../../../src/machinery/selectors.ts';
import { applyStrategicMergePatch } from '../../../src/machinery/patch/strategic.ts';
import { controllerRevisions, type ControllerRevision } from '../../../src/resources/apps/controllerrevision.ts';
import { statefulSets, type StatefulSet } from '../../../src/resources/apps/statefulset.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { TestCluster } from '../support/cluster.ts';
import { template } from '../support/objects.ts';

const kind = {
  resource: statefulSets,
  selectorOf: ({ spec }: StatefulSet) => selectorFromLabelSelector(spec.selector),
  hashLabel: 'controller.kubernetes.io/hash',
};

/** A cluster with a set and no controller: `record` does what the history asks for until it stands. */
function world() {
  const cluster = new TestCluster({ controllers: [] });
  cluster.create(statefulSets, {
    metadata: { name: 'web', namespace: 'default', annotations: { 'kubernetes.io/change-cause': 'why' } },
    spec: { selector: { matchLabels: { app: 'web' } }, template: template() },
  });
  const set = () => cluster.get(statefulSets, 'default', 'web')!;
  const all = () => [...cluster.list(controllerRevisions, 'default')].sort(byRevision);
  const next = () => historyOf(kind, set(), cluster);
  const record = () => {
    for (let steps = 0; steps < 10; steps++) {
      const result = next();
      if ('history' in result) return result.history;
      for (const write of result.writes) {
        if (write.verb === 'create') cluster.create(write.resource, write.object);
        else if (write.verb === 'update')
          cluster.change(write.resource, 'default', write.object.metadata.name, (object) => Object.assign(object, structuredClone(write.object)));
      }
    }
    throw new Error('the history never stands');
  };
  const change = (edit: (set: StatefulSet) => void) => cluster.change(statefulSets, 'default', 'web', edit);
  const roll = (image: string) => change(({ spec }) => void (spec.template = template(image)));
  return { cluster, set, all, next, record, change, roll };
}

const numbers = (revisions: readonly ControllerRevision[]) =>
  revisions.map((object) => `${object.revision} ${templateOf(object).spec.containers[0]!.image}`);

describe('a revision', () => {
  it('has the template as a patch, and the name, labels and annotations of upstream', () => {
    const { record, set } = world();
    const { update } = record();
    const hash = update.metadata.labels!['controller.kubernetes.io/hash']!;
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(update).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web', 'controller.kubernetes.io/hash': hash },
        annotations: { 'kubernetes.io/change-cause': 'why' },
        ownerReferences: [{ kind: 'StatefulSet', name: 'web', uid: set().metadata.uid, controller: true }],
      },
      data: { spec: { template: { ...template(), $patch: 'replace' } } },
      revision: 1,
    });
    expect(Object.keys((update.data as any).spec.template)).toEqual(['$patch', 'metadata', 'spec']);
  });

  it('puts its template back when it is applied, whatever was added since', () => {
    const { record, change, set } = world();
    const { update } = record();
    const before = set().spec.template;
    change(({ spec }) => {
      spec.template = { ...template('web:2'), spec: { ...template('web:2').spec, nodeSelector: { disk: 'ssd' } } };
    });
    const patched = applyStrategicMergePatch(statefulSets.schema, set(), update.data) as StatefulSet;
    expect(patched.spec.template).toEqual(before);
    expect(patched.spec.selector).toEqual(set().spec.selector);
  });

  it('has a name that fits, however long its owner has one', () => {
    const { set } = world();
    const owner = { ...set(), metadata: { ...set().metadata, name: 'a'.repeat(250) } };
    expect(newRevision(owner, statefulSets, 'x', 1).metadata.name).toMatch(/^a{223}-\w+$/);
  });
});

describe('the history', () => {
  it('gets a revision for each new template, numbered in order', () => {
    const { record, roll, all } = world();
    record();
    roll('web:2');
    expect(record().update.revision).toBe(2);
    expect(numbers(all())).toEqual(['1 web:1', '2 web:2']);
  });

  it('stays as it is when anything else changes', () => {
    const { record, change, next } = world();
    const { update } = record();
    change(({ spec }) => void (spec.replicas = 7));
    expect(next()).toEqual({ history: { revisions: [update], update } });
  });

  it('gives a template that comes back the next number', () => {
    const { record, roll, all } = world();
    for (const image of ['web:1', 'web:2', 'web:3', 'web:1']) {
      roll(image);
      record();
    }
    expect(numbers(all())).toEqual(['2 web:2', '3 web:3', '4 web:1']);
  });

  it('takes a template that lacks later defaults for the same', () => {
    const { record, cluster, all } = world();
    const { update } = record();
    cluster.remove(controllerRevisions, 'default', update.metadata.name);
    const { restartPolicy: _restartPolicy, ...spec } = templateOf(update).spec;
    const data = { spec: { template: { ...templateOf(update), spec, $patch: 'replace' } } };
    cluster.create(controllerRevisions, { ...update, data });
    record();
    expect(all()).toHaveLength(1);
  });

  it('adopts what nobody owns, and releases what is no longer selected', () => {
    const { record, cluster, set } = world();
    const { update } = record();
    const { name } = update.metadata;
    cluster.change(controllerRevisions, 'default', name, ({ metadata }) => void delete metadata.ownerReferences);
    expect(record().update.metadata).toMatchObject({ name, ownerReferences: [{ uid: set().metadata.uid }] });
    cluster.change(controllerRevisions, 'default', name, ({ metadata }) => void (metadata.labels = { app: 'other' }));
    // Its name stays taken, which is a collision like any other.
    expect(record().update.metadata.name).not.toBe(name);
    expect(cluster.get(controllerRevisions, 'default', name)!.metadata).not.toHaveProperty('ownerReferences');
    expect(set().status).toMatchObject({ collisionCount: 1 });
  });

  it('counts collisions until it finds a name', () => {
    const { cluster, set, record } = world();
    const taken = [undefined, 1].map((collisionCount) => {
      const owner = { ...set(), status: { replicas: 0, collisionCount } };
      return newRevision(owner, statefulSets, 'x', 1).metadata.name;
    });
    for (const name of taken)
      cluster.create(controllerRevisions, { metadata: { name, namespace: 'default' }, data: { other: true }, revision: 1 });
    expect(taken).not.toContain(record().update.metadata.name);
    expect(set().status!.collisionCount).toBe(2);
  });

  it('is not written in a namespace that goes, nor for an owner that goes', () => {
    const { cluster, change, next } = world();
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    cluster.create(namespaces, { metadata: { name: 'default', deletionTimestamp } });
    expect(next()).toEqual({ writes: [] });
    cluster.remove(namespaces, '', 'default');
    change(({ metadata }) => void (metadata.deletionTimestamp = deletionTimestamp));
    expect(next()).toEqual({ writes: [] });
  });
});

it('revisions are ordered by number, then age, then name', () => {
  const object = (name: string, revision: number, creationTimestamp = '2026-01-01T00:00:00Z') =>
    ({ metadata: { name, creationTimestamp }, revision }) as ControllerRevision;
  const sorted = [object('d', 2), object('b', 1), object('c', 1, '2025-01-01T00:00:00Z'), object('a', 1)].sort(byRevision);
  expect(sorted.map(({ metadata }) => metadata.name)).toEqual(['c', 'a', 'b', 'd']);
});
