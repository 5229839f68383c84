import type { Flow } from './flow-control.ts';

const schemaHeader = 'x-kubernetes-pf-flowschema-uid';
const levelHeader = 'x-kubernetes-pf-prioritylevel-uid';

/** Says on an answer what its request was sorted into: by uid, as names may tell too much. */
export function setFlowHeaders(headers: Headers, { schemaUid, levelUid }: Flow): void {
  headers.set(schemaHeader, schemaUid);
  headers.set(levelHeader, levelUid);
}

/** The same, for an answer that is still to be made. */
export const flowHeaders = ({ schemaUid, levelUid }: Flow): Record<string, string> => ({
  [schemaHeader]: schemaUid,
  [levelHeader]: levelUid,
});

/** What an answer says of that, for an answer that is made of it. */
export function flowHeadersOf(headers: Headers): Record<string, string> {
  const schema = headers.get(schemaHeader);
  const level = headers.get(levelHeader);
  return schema === null || level === null ? {} : { [schemaHeader]: schema, [levelHeader]: level };
}
