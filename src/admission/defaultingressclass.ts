import type { Ingress } from '../resources/networking/ingress.ts';
import { ingressClasses } from '../resources/networking/ingressclass.ts';
import { newestDefault } from '../resources/shared/newest-default.ts';
import type { AdmissionPlugin, WriteAttributes } from './plugin.ts';

/** Once named the class; what still carries it is meant that way. */
const classAnnotation = 'kubernetes.io/ingress.class';

/** An Ingress that names no class gets the default one, if there is one. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  operations: ['CREATE'],
  resources: ['ingresses.networking.k8s.io'],
  admit({ object: { metadata, spec } }: WriteAttributes<Ingress>, { pending }) {
    if (spec.ingressClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
    const found = newestDefault(pending.list(ingressClasses), ['ingressclass.kubernetes.io/is-default-class']);
    if (found) spec.ingressClassName = found.metadata.name;
  },
};
