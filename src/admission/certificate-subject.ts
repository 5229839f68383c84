import { derValues, within } from '../resources/shared/der.ts';
import { fromBase64, pemBlocks } from '../resources/shared/pem.ts';

/** 2.5.4.10, organizationName. */
const organizationName = '\x55\x04\x0a';
/** 2.5.4.3, commonName. */
const commonName = '\x55\x04\x03';

/** For whom a certificate is asked: the user, and the groups. */
export interface CertificateSubject {
  commonName: string;
  organizations: readonly string[];
}

/** The subject of a certificate request (PKCS #10 as PEM, in base64). Undefined for what cannot be read. */
export function subjectOfRequest(request: string | undefined): CertificateSubject | undefined {
  const [block] = pemBlocks(fromBase64(request ?? '') ?? '');
  const [outer] = derValues(block?.data ?? '') ?? [];
  const [info] = within(outer) ?? [];
  const [, subject] = within(info) ?? [];
  const names = within(subject)?.map((set) => derValues(set.content));
  if (!names || !names.every((attributes) => attributes !== undefined)) return undefined;
  const organizations: string[] = [];
  let name = '';
  for (const attribute of names.flat()) {
    const [type, value] = within(attribute) ?? [];
    if (!type || !value) return undefined;
    if (type.content === organizationName) organizations.push(value.content);
    if (type.content === commonName) name = value.content;
  }
  return { commonName: name, organizations };
}
