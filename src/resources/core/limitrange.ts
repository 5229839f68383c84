import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { plainColumns } from '../../machinery/table.ts';
import { roundToThousandths } from '../shared/container-defaults.ts';
import { validateLimitRange } from './limitrange-validation.ts';

const LimitRangeItemSchema = object('io.k8s.api.core.v1.LimitRangeItem', {
  default: field(map(quantity), { doc: 'The limits of containers that have none.' }),
  defaultRequest: field(map(quantity), { doc: 'The requests of containers that have none.' }),
  max: field(map(quantity), { doc: 'The most that one may ask for.' }),
  maxLimitRequestRatio: field(map(quantity), { doc: 'How many times its request a limit may be.' }),
  min: field(map(quantity), { doc: 'The least that one must ask for.' }),
  type: required(string, { doc: 'What the bounds are for: Pod, Container or PersistentVolumeClaim.' }),
});
export type LimitRangeItem = TypeOf<typeof LimitRangeItemSchema>;

const LimitRangeSpecSchema = object('io.k8s.api.core.v1.LimitRangeSpec', {
  limits: required(list(LimitRangeItemSchema), { doc: 'The bounds, one for each type.' }),
});
export type LimitRangeSpec = TypeOf<typeof LimitRangeSpecSchema>;

const LimitRangeSchema = kindSchema('io.k8s.api.core.v1.LimitRange', { spec: defaulted(LimitRangeSpecSchema) });
export type LimitRange = TypeOf<typeof LimitRangeSchema>;

export const limitRanges = defineResource<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  generation: false,
  description: 'Bounds and defaults for the resources of each pod, container or claim in a namespace.',
  schema: LimitRangeSchema,
  strategy: { defaults, validate: validateLimitRange, createsOnUpdate: true },
  columns: plainColumns,
});

function defaults(range: LimitRange): void {
  const spec = (range.spec ??= { limits: [] });
  for (const item of (spec.limits ??= [])) {
    if (item.type === 'Container') defaultContainerLimits(item);
    for (const amounts of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio])
      roundToThousandths(amounts);
  }
}

/** The limit is the most there may be; the request is the limit, or the least that must be. */
function defaultContainerLimits(item: LimitRangeItem): void {
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  // Upstream leaves empty maps out.
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}
