import { isDNS1035Label } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateWebhookService, validateWebhookUrl } from '../admissionregistration/webhook-address.ts';
import type { CustomResourceConversion, CustomResourceDefinitionSpec } from './customresourcedefinition.ts';

/** The versions of ConversionReview that the server speaks. */
export const reviewVersions = ['v1', 'v1beta1'];

/** Everything wrong with how versions are converted. The paths are those of upstream's internal version. */
export function validateConversion({ conversion }: CustomResourceDefinitionSpec, old?: CustomResourceDefinitionSpec): FieldError[] {
  if (!conversion) return [];
  const path = 'spec.conversion';
  const { strategy = '', webhook } = conversion;
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(fieldRequired(`${path}.strategy`));
  else if (strategy !== 'None' && strategy !== 'Webhook')
    errors.push(fieldNotSupported(`${path}.strategy`, strategy, ['None', 'Webhook']));
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (webhook?.clientConfig) errors.push(fieldForbidden(`${path}.webhookClientConfig`, why));
    if (webhook?.conversionReviewVersions?.length) errors.push(fieldForbidden(`${path}.conversionReviewVersions`, why));
    return errors;
  }
  const before = old?.conversion?.webhook?.conversionReviewVersions;
  const mustBeKnown = !before?.length || before.some((version) => reviewVersions.includes(version));
  return [
    ...errors,
    ...validateClient(webhook?.clientConfig, `${path}.webhookClientConfig`),
    ...validateReviewVersions(webhook?.conversionReviewVersions ?? [], mustBeKnown, `${path}.conversionReviewVersions`),
  ];
}

type ClientConfig = NonNullable<NonNullable<CustomResourceConversion['webhook']>['clientConfig']>;

function validateClient(config: ClientConfig | undefined, path: string): FieldError[] {
  if (!config) return [fieldRequired(path, 'required when strategy is set to Webhook')];
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) return [fieldRequired(path, 'exactly one of url or service is required')];
  return url !== undefined ? validateWebhookUrl(url, `${path}.url`) : validateWebhookService(service!, `${path}.service`);
}

function validateReviewVersions(versions: readonly string[], mustBeKnown: boolean, path: string): FieldError[] {
  if (versions.length === 0) return [fieldRequired(path)];
  const errors = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [fieldInvalid(`${path}[${i}]`, version, 'duplicate version')]
      : isDNS1035Label(version).map((message) => fieldInvalid(`${path}[${i}]`, version, message)),
  );
  if (mustBeKnown && !versions.some((version) => reviewVersions.includes(version)))
    errors.push(fieldInvalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`));
  return errors;
}
