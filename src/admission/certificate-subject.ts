import { derValues, within } from '../resources/shared/der.ts';
import { fromBase64, pemBlocks } from '../resources/shared/pem.ts';

/** 2.5.4.10, organizationName. */
const organizationName = '\x55\x04\x0a';

/**
 * The organizations in the subject of a certificate request (PKCS #10 as PEM, in base64): the groups that the certificate
 * stands for. Undefined for what cannot be read.
 */
export function organizationsOf(request: string | undefined): string[] | undefined {
  const [block] = pemBlocks(fromBase64(request ?? '') ?? '');
  const [outer] = derValues(block?.data ?? '') ?? [];
  const [info] = within(outer) ?? [];
  const [, subject] = within(info) ?? [];
  const names = within(subject)?.map((set) => derValues(set.content));
  if (!names || !names.every((attributes) => attributes !== undefined)) return undefined;
  const organizations: string[] = [];
  for (const attribute of names.flat()) {
    const [type, value] = within(attribute) ?? [];
    if (!type || !value) return undefined;
    if (type.content === organizationName) organizations.push(value.content);
  }
  return organizations;
}
