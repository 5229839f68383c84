import { regexMessage } from '../../machinery/names.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateIp } from './addresses.ts';
import type { PodSpec } from './pod-spec.ts';

// The limits are those of libc's resolver.
const nameserversMax = 3;
const searchesMax = 32;
const searchCharactersMax = 2048;

const searchLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const searchPattern = new RegExp(`^${searchLabel}(\\.${searchLabel})*$`);

/** Checks a pod's own resolver settings, which `dnsPolicy: None` needs. */
export function validateDns({ dnsConfig, dnsPolicy }: PodSpec, path: string): FieldError[] {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [fieldRequired(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!dnsConfig.nameservers?.length)
      return [fieldRequired(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  if (!dnsConfig) return [];
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const errors: FieldError[] = [];
  if (nameservers.length > nameserversMax)
    errors.push(fieldInvalid(`${path}.nameservers`, nameservers, `must not have more than ${nameserversMax} nameservers`));
  errors.push(...nameservers.flatMap((server, i) => validateIp(server, `${path}.nameservers[${i}]`)));
  if (searches.length > searchesMax)
    errors.push(fieldInvalid(`${path}.searches`, searches, `must not have more than ${searchesMax} search paths`));
  if (searches.join(' ').length > searchCharactersMax)
    errors.push(
      fieldInvalid(
        `${path}.searches`,
        searches,
        `must not have more than ${searchCharactersMax} characters (including spaces) in the search list`,
      ),
    );
  for (const [i, search] of searches.entries())
    if (search !== '.') errors.push(...validateSearch(search.replace(/\.$/, ''), `${path}.searches[${i}]`));
  for (const [i, option] of options.entries())
    if (!option.name) errors.push(fieldRequired(`${path}.options[${i}]`, 'must not be empty'));
  return errors;
}

function validateSearch(search: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (search.length > 253) errors.push(fieldInvalid(path, search, 'must be no more than 253 characters'));
  if (!searchPattern.test(search))
    errors.push(
      fieldInvalid(
        path,
        search,
        regexMessage(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
          `${searchLabel}(\\.${searchLabel})*`,
          'example.com',
        ),
      ),
    );
  return errors;
}
