/** Which names a definition gets (upstream's NamingConditionController), and that it is served then. */
import { samePlain } from '../../machinery/plain.ts';
import { approvalCondition } from './approval.ts';
import { isTrue, setCondition } from './conditions.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from './customresourcedefinition.ts';

type Status = NonNullable<CustomResourceDefinition['status']>;
type Names = Partial<CustomResourceDefinitionNames>;

interface Conflict {
  reason: string;
  message: string;
}

/**
 * The status of a definition with the names that it gets among all definitions. A name that another one of the group has
 * is not given; a kind that was served once stays so. The very status if nothing changes.
 */
export function acceptNames(crd: CustomResourceDefinition, all: readonly CustomResourceDefinition[], now: Date): Status {
  const { status = {}, spec } = crd;
  const accepted: Names = status.acceptedNames ?? {};
  const others = all.filter(({ metadata, spec: { group } }) => group === spec.group && metadata.name !== crd.metadata.name);
  const { names, conflict } = namesFor(spec.names, accepted, others);
  let next: Status = samePlain(names, accepted) ? status : { ...status, acceptedNames: names as CustomResourceDefinitionNames };
  next = setCondition(next, now, {
    type: 'NamesAccepted',
    status: conflict ? 'False' : 'True',
    ...(conflict ?? { reason: 'NoConflicts', message: 'no conflicts found' }),
  });
  if (!isTrue({ status }, 'Established'))
    next = setCondition(next, now, {
      type: 'Established',
      ...(conflict
        ? { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
        : { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }),
    });
  const approval = approvalCondition(crd);
  return approval ? setCondition(next, now, approval) : next;
}

function namesFor(wanted: CustomResourceDefinitionNames, accepted: Names, others: readonly CustomResourceDefinition[]) {
  const taken = others.map(({ status }): Names => status?.acceptedNames ?? {});
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]));
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  const names: Names = { ...accepted };
  let conflict: Conflict | undefined;
  const take = (field: 'plural' | 'singular' | 'kind' | 'listKind', used: ReadonlySet<string | undefined>, reason: string) => {
    const name = wanted[field];
    if (name !== accepted[field] && used.has(name)) conflict = { reason, message: inUse(name) };
    else if (name !== undefined) names[field] = name;
  };
  take('plural', resources, 'PluralConflict');
  take('singular', resources, 'SingularConflict');
  const short = (wanted.shortNames ?? []).filter((name) => !accepted.shortNames?.includes(name) && resources.has(name));
  if (short.length > 0) {
    const messages = [...new Set(short.map(inUse))];
    conflict = { reason: 'ShortNamesConflict', message: messages.length === 1 ? messages[0]! : `[${messages.join(', ')}]` };
  } else if (wanted.shortNames) names.shortNames = wanted.shortNames;
  else delete names.shortNames;
  take('kind', kinds, 'KindConflict');
  take('listKind', kinds, 'ListKindConflict');
  if (wanted.categories) names.categories = wanted.categories;
  else delete names.categories;
  return { names, conflict };
}

const inUse = (name = '') => `${JSON.stringify(name)} is already in use`;

/** Whether the kind of a definition is served: once it has had its names, until the definition is gone. */
export const isServed = (crd: CustomResourceDefinition): boolean =>
  (isTrue(crd, 'NamesAccepted') || isTrue(crd, 'Established')) && Boolean(crd.status?.acceptedNames?.plural && crd.status.acceptedNames.kind);
