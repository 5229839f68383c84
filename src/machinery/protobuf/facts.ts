/**
 * What protobuf knows of a type beyond its schema. The facts of a message are one line:
 *
 *   name=1 hostPort=2 replicas?=3 ...VolumeSource=4
 *
 * - `name=1`: the field has number 1. Upstream's encoder always writes it, zero or not; its zero means "not said" unless
 *   the schema requires the field. (Lists, maps and bytes are not written when they are empty.)
 * - `replicas?=3`: a pointer in Go. It is written when it is there, and its zero is a value like any other.
 * - `...VolumeSource=4`: field 4 is a message of the same package whose fields JSON shows beside the others.
 */
export type ProtobufFacts = (definition: string) => string | undefined;

export interface FieldFact {
  /** The name in JSON; for inlined messages the name of the definition. */
  readonly name: string;
  readonly number: number;
  readonly pointer: boolean;
  readonly inlined: boolean;
}

/** Reads the facts of one message. */
export function parseFacts(line: string): FieldFact[] {
  return line
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, dots, name, mark, number] = /^(\.\.\.)?([$\w-]+)(\?)?=(\d+)$/.exec(word) ?? [];
      if (name === undefined) throw new TypeError(`not a fact about a field: ${word}`);
      return { name, number: Number(number), pointer: mark !== undefined, inlined: dots !== undefined };
    });
}

/** A definition of the same package as another one. */
export const besideOf = (definition: string, name: string): string => definition.slice(0, definition.lastIndexOf('.') + 1) + name;
