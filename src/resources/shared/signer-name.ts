import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';

const max = { domain: 253, name: 253 + (253 + 63 + 1) + 1 };

/** The name of a signer: `example.com/signer-name` (`ValidateSignerName` upstream). */
export function validateSignerName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [fieldRequired(path)];
  const [domain = '', signer = '', ...rest] = name.split('/');
  if (!name.includes('/') || rest.length > 0)
    return [fieldInvalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const labels = domain.split('.');
  const errors = byteLength(domain) > max.domain ? [fieldTooLong(path, max.domain)] : [];
  errors.push(...firstWrong(domain, labels, isDNS1123Label, path));
  if (labels.length < 2)
    errors.push(fieldInvalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  errors.push(...firstWrong(signer, signer.split('.'), isDNS1123Subdomain, path));
  if (byteLength(name) > max.name) errors.push(fieldTooLong(path, max.name));
  return errors;
}

/** What is wrong with the first bad label: more of them would say the same again. */
function firstWrong(
  value: string,
  labels: readonly string[],
  check: (label: string) => readonly string[],
  path: string,
): FieldError[] {
  const bad = labels.find((label) => check(label).length > 0);
  if (bad === undefined) return [];
  return check(bad).map((message) => fieldInvalid(path, value, `validating label ${JSON.stringify(bad)}: ${message}`));
}
