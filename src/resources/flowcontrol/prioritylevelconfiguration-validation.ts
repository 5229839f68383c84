/** `ValidatePriorityLevelConfiguration` upstream. */
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { inclusiveRange } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';
import { mandatoryPriorityLevels } from './mandatory.ts';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from './prioritylevelconfiguration.ts';

const annotationOfBeta = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

export function validatePriorityLevel({ metadata, spec }: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.annotations?.[annotationOfBeta] !== undefined)
    errors.push(fieldForbidden('metadata.annotations', `annotation '${annotationOfBeta}' is forbidden`));
  return [...errors, ...validateSpec(spec, metadata.name), ...validateMandatory(spec, metadata.name)];
}

function validateMandatory(spec: PriorityLevelConfigurationSpec, name: string): FieldError[] {
  const mandatory = mandatoryPriorityLevels.get(name);
  if (!mandatory) return [];
  if (name !== 'exempt')
    return sameValue(spec, mandatory) ? [] : [fieldInvalid('spec', spec, `spec of '${name}' must equal the fixed value`)];
  return sameValue({ ...spec, exempt: mandatory.exempt }, mandatory)
    ? []
    : [fieldInvalid('spec', spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`)];
}

function validateSpec({ type, exempt, limited }: PriorityLevelConfigurationSpec, name: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((name === 'exempt') !== (type === 'Exempt'))
    errors.push(fieldInvalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  switch (type) {
    case 'Exempt':
      if (limited) errors.push(fieldForbidden('spec.limited', 'must be nil if the type is not Limited'));
      if (exempt) errors.push(...validateShares(exempt, 'spec.exempt'), ...validateLendable(exempt, 'spec.exempt'));
      return errors;
    case 'Limited':
      if (exempt) errors.push(fieldForbidden('spec.exempt', 'must be nil if the type is Limited'));
      if (!limited) return [...errors, fieldRequired('spec.limited', 'must not be empty when type is Limited')];
      return [...errors, ...validateLimited(limited)];
    default:
      return [...errors, fieldNotSupported('spec.type', type ?? '', ['Exempt', 'Limited'])];
  }
}

const validateShares = ({ nominalConcurrencyShares: shares = 0 }: ExemptPriorityLevelConfiguration, path: string): FieldError[] =>
  shares < 0 ? [fieldInvalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')] : [];

const validateLendable = ({ lendablePercent: percent = 0 }: ExemptPriorityLevelConfiguration, path: string): FieldError[] =>
  percent < 0 || percent > 100 ? [fieldInvalid(`${path}.lendablePercent`, percent, inclusiveRange(0, 100))] : [];

function validateLimited(limited: LimitedPriorityLevelConfiguration): FieldError[] {
  const path = 'spec.limited';
  const errors = [
    ...validateShares(limited, path),
    ...validateResponse(limited.limitResponse, `${path}.limitResponse`),
    ...validateLendable(limited, path),
  ];
  const { borrowingLimitPercent: percent = 0 } = limited;
  if (percent < 0)
    errors.push(fieldInvalid(`${path}.borrowingLimitPercent`, percent, 'if specified, must be a non-negative integer'));
  return errors;
}

/** The sentences about queuing are upstream's; what they call Limited is Queue. */
function validateResponse({ type, queuing }: LimitResponse, path: string): FieldError[] {
  const at = `${path}.queuing`;
  switch (type) {
    case 'Reject':
      return queuing ? [fieldForbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
    case 'Queue':
      return queuing
        ? validateQueuing(queuing, at)
        : [fieldRequired(at, 'must not be empty if limited.limitResponse.type is Limited')];
    default:
      return [fieldNotSupported(`${path}.type`, type, ['Queue', 'Reject'])];
  }
}

const queuesMax = 10_000_000;
/** How much chance one hash of a request gives when its queues are drawn. */
const hashBits = 60;

function validateQueuing({ queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const positive = 'must be positive';
  if (queueLengthLimit <= 0) errors.push(fieldInvalid(`${path}.queueLengthLimit`, queueLengthLimit, positive));
  if (queues <= 0) errors.push(fieldInvalid(`${path}.queues`, queues, positive));
  else if (queues > queuesMax) errors.push(fieldInvalid(`${path}.queues`, queues, `must not be greater than ${queuesMax}`));
  const at = `${path}.handSize`;
  if (handSize <= 0) errors.push(fieldInvalid(at, handSize, positive));
  else if (handSize > queues) errors.push(fieldInvalid(at, handSize, `should not be greater than queues (${queues})`));
  else if (Math.ceil(Math.log2(queues) * handSize) > hashBits)
    errors.push(
      fieldInvalid(
        at,
        handSize,
        `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`,
      ),
    );
  return errors;
}
