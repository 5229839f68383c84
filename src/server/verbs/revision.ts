import { badRequest } from '../../machinery/status.ts';

/** A resourceVersion that a client sent; undefined without one. Throws 400 for what is no number. */
export function parseRevision(value: string | null | undefined): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const revision = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(revision)) {
    const shown = JSON.stringify(value);
    const wrong = `strconv.ParseUint: parsing ${shown}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${shown}: ${wrong}`);
  }
  return revision;
}
