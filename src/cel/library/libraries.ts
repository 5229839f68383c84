/** The functions that expressions of Kubernetes 1.36 have (apiserver/pkg/cel/environment). */
import type { Functions } from '../functions.ts';
import { authorization } from './authorizer.ts';
import { namedFormats } from './formats.ts';
import { extendedLists, kubernetesLists } from './lists.ts';
import { network } from './network.ts';
import { optionals } from './optionals.ts';
import { quantity } from './quantity.ts';
import { regex } from './regex.ts';
import { semver } from './semver.ts';
import { mapInsertion, sets } from './sets.ts';
import { standardFunctions } from './standard-functions.ts';
import { operators } from './standard-operators.ts';
import { strings } from './strings.ts';
import { urls } from './urls.ts';

export const kubernetesLibraries: readonly Functions[] = [
  operators,
  standardFunctions,
  optionals,
  strings,
  kubernetesLists,
  extendedLists,
  sets,
  mapInsertion,
  regex,
  urls,
  network,
  quantity,
  semver,
  namedFormats,
  authorization,
];
