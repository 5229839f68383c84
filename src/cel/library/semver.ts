/** `kubernetes.Semver`: semantic versions 2.0. */
import { global, member, type Functions, type Implementation } from '../functions.ts';
import { boolType, intType, objectType, stringType } from '../types/type.ts';
import { Fault, isFault, Opaque, type Value } from '../values/value.ts';

const semverType = objectType('kubernetes.Semver');

type Numbers = readonly [major: bigint, minor: bigint, patch: bigint];

class SemverValue extends Opaque {
  readonly type = semverType;
  readonly numbers: Numbers;
  /** Identifiers of the pre-release. */
  readonly release: readonly string[];

  constructor(numbers: Numbers, release: readonly string[]) {
    super();
    this.numbers = numbers;
    this.release = release;
  }

  /** By precedence, which says nothing of the build. */
  equals(other: Value): boolean {
    return other instanceof SemverValue && compareVersions(this, other) === 0;
  }
}

const number = '(0|[1-9]\\d{0,19})';
const releasePart = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const pattern = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-(${releasePart}(?:\\.${releasePart})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
const uint64Max = 2n ** 64n - 1n;

/** The version that a text writes. */
export function parseSemver(text: string): SemverValue | Fault {
  if (text === '') return new Fault('Version string empty');
  if (text.split('.').length < 3) return new Fault('No Major.Minor.Patch elements found');
  const match = pattern.exec(text);
  const numbers = match?.slice(1, 4).map(BigInt) as unknown as Numbers | undefined;
  if (!numbers || numbers.some((value) => value > uint64Max))
    return new Fault(`Invalid character(s) found in version ${JSON.stringify(text)}`);
  return new SemverValue(numbers, match![4]?.split('.') ?? []);
}

/** Makes a version of what is nearly one: `v1.02` is `1.2.0`. */
function normalize(text: string): string | Fault {
  const [first, second, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [first!, ...(second === undefined ? [] : [second]), ...(rest.length > 0 ? [rest.join('.')] : [])].map((part) =>
    part.length > 1 ? part.replace(/^0+(?=\d)/, '') : part,
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1)!)) return new Fault('short version cannot contain PreRelease/Build meta data');
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

const toVersion: Implementation = ([text, lenient = false]) => {
  const normal = lenient === true ? normalize(text as string) : (text as string);
  return isFault(normal) ? normal : parseSemver(normal);
};

function compareVersions(a: SemverValue, b: SemverValue): number {
  for (const [i, value] of a.numbers.entries()) if (value !== b.numbers[i]) return value < b.numbers[i]! ? -1 : 1;
  if (a.release.length === 0 || b.release.length === 0) return Math.sign(b.release.length - a.release.length);
  for (let i = 0; i < Math.min(a.release.length, b.release.length); i++) {
    const order = compareIdentifiers(a.release[i]!, b.release[i]!);
    if (order !== 0) return order;
  }
  return Math.sign(a.release.length - b.release.length);
}

/** Numbers come before words, and are compared as numbers. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber && a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

const compared =
  (of: (order: number) => Value): Implementation =>
  ([a, b]) =>
    of(compareVersions(a as SemverValue, b as SemverValue));

const numberAt =
  (index: 0 | 1 | 2): Implementation =>
  ([version]) =>
    BigInt.asIntN(64, (version as SemverValue).numbers[index]);

const isVersion: Implementation = (args, meter) => !isFault(toVersion(args, meter));
const both = [semverType, semverType];

export const semver: Functions = {
  semver: [
    global('string_to_semver', [stringType], semverType, toVersion),
    global('string_bool_to_semver', [stringType, boolType], semverType, toVersion),
  ],
  isSemver: [
    global('is_semver_string', [stringType], boolType, isVersion),
    global('is_semver_string_bool', [stringType, boolType], boolType, isVersion),
  ],
  isGreaterThan: [
    member(
      'semver_is_greater_than',
      both,
      boolType,
      compared((order) => order > 0),
    ),
  ],
  isLessThan: [
    member(
      'semver_is_less_than',
      both,
      boolType,
      compared((order) => order < 0),
    ),
  ],
  compareTo: [member('semver_compare_to', both, intType, compared(BigInt))],
  major: [member('semver_major', [semverType], intType, numberAt(0))],
  minor: [member('semver_minor', [semverType], intType, numberAt(1))],
  patch: [member('semver_patch', [semverType], intType, numberAt(2))],
};
