import { isKnownFormat } from '../../machinery/structural/formats.ts';
import { schemasIn } from '../../machinery/structural/schema.ts';
import type { CustomResourceDefinitionSpec } from './customresourcedefinition.ts';

/** Formats in the schemas that mean nothing, as sentences for the client. Those that were there before are not told again. */
export function unknownFormats(spec: CustomResourceDefinitionSpec, old?: CustomResourceDefinitionSpec): string[] {
  const before = new Set(old ? formatsIn(old) : []);
  return [...new Set(formatsIn(spec))].filter((format) => !before.has(format)).map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

const formatsIn = ({ versions = [] }: CustomResourceDefinitionSpec): string[] =>
  versions.flatMap(({ schema }) =>
    [...(schema?.openAPIV3Schema ? schemasIn(schema.openAPIV3Schema) : [])].flatMap((each) =>
      each.format && !isKnownFormat(each) ? [each.format] : [],
    ),
  );
