/** The types of what expressions can look at besides objects (apiserver/pkg/admission/plugin/cel). */
import {
  boolDeclared,
  dateTimeDeclared,
  dynDeclared,
  intDeclared,
  listDeclared,
  mapDeclared,
  objectDeclared,
  stringDeclared,
  type Declared,
} from '../../../cel/types/declared.ts';

const text = stringDeclared();
const texts = mapDeclared(text);

const objectOf = (name: string, fields: Readonly<Record<string, Declared>>): Declared =>
  objectDeclared(`kubernetes.${name}`, (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined));

const kind = objectOf('GroupVersionKind', { group: text, version: text, kind: text });
const resource = objectOf('GroupVersionResource', { group: text, version: text, resource: text });

/** The variable `request`: an AdmissionRequest without its objects. */
export const requestDeclared: Declared = objectOf('AdmissionRequest', {
  kind,
  resource,
  subResource: text,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: text,
  name: text,
  namespace: text,
  operation: text,
  userInfo: objectOf('UserInfo', {
    username: text,
    uid: text,
    groups: listDeclared(text),
    extra: mapDeclared(listDeclared(text)),
  }),
  dryRun: boolDeclared,
  options: dynDeclared,
});

const condition = objectOf('NamespaceCondition', {
  status: text,
  type: text,
  lastTransitionTime: dateTimeDeclared,
  message: text,
  reason: text,
});

/** The variable `namespaceObject`: a Namespace, of whose metadata not everything shows. */
export const namespaceDeclared: Declared = objectOf('Namespace', {
  metadata: objectOf('NamespaceMetadata', {
    name: text,
    generateName: text,
    namespace: text,
    labels: texts,
    annotations: texts,
    // Upstream's field has this name, though objects have another.
    UID: text,
    creationTimestamp: dateTimeDeclared,
    deletionGracePeriodSeconds: intDeclared,
    deletionTimestamp: dateTimeDeclared,
    generation: intDeclared,
    resourceVersion: text,
    finalizers: listDeclared(text),
  }),
  spec: objectOf('NamespaceSpec', { finalizers: listDeclared(text) }),
  status: objectOf('NamespaceStatus', { conditions: listDeclared(condition), phase: text }),
});
