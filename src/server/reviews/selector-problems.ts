import { parseFieldTerms } from '../../machinery/field-selectors.ts';
import { parseSelector } from '../../machinery/selectors.ts';
import { StatusError } from '../../machinery/status.ts';
import type { ReviewedResource, ReviewedSelector } from '../../resources/authorization/attributes.ts';

type Requirement = NonNullable<ReviewedSelector['requirements']>[number];

/** What of a review's selectors is not understood, and therefore left out of account. In upstream's words. */
export function selectorProblems(attributes: ReviewedResource | undefined): string[] {
  const { fieldSelector, labelSelector } = attributes ?? {};
  return [
    ...problemsOf('fieldSelector', fieldSelector, parseFieldTerms, isFieldRequirement),
    ...problemsOf('labelSelector', labelSelector, parseSelector, isLabelRequirement),
  ];
}

const isFieldRequirement = ({ operator, values = [] }: Requirement) =>
  (operator === 'In' || operator === 'NotIn') && values.length === 1;

const isLabelRequirement = ({ operator }: Requirement) => ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator);

function problemsOf(
  name: string,
  selector: ReviewedSelector | undefined,
  parse: (text: string) => unknown,
  isKnown: (requirement: Requirement) => boolean,
): string[] {
  const { rawSelector = '', requirements = [] } = selector ?? {};
  const known = requirements.filter(isKnown).length;
  const isPartial = known > 0 && known < requirements.length;
  if (isPartial) return [`spec.resourceAttributes.${name} partially ignored due to parse error`];
  const isWrong = (rawSelector && !parses(parse, rawSelector)) || known < requirements.length;
  return isWrong ? [`spec.resourceAttributes.${name} ignored due to parse error`] : [];
}

function parses(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof StatusError) return false;
    throw error;
  }
}
