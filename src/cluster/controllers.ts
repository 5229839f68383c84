import { builtinControllers } from '../controllers/index.ts';
import type { Controller } from '../machinery/reconcile.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { schedulerController } from '../scheduler/controller.ts';

/** Everything that runs in a cluster's reconcile loop: the controllers and the scheduler. */
export function clusterControllers(scheme: Scheme, settings: { caCertificate: string | undefined }): readonly Controller[] {
  return [...builtinControllers({ scheme, caCertificate: settings.caCertificate ?? '' }), schedulerController];
}

/**
 * Whom managedFields name for what a controller writes: the program that it is part of upstream. Clients know these names,
 * to leave their fields alone.
 */
export const programOf = ({ name }: Controller): string =>
  name === schedulerController.name ? 'kube-scheduler' : 'kube-controller-manager';

/** The same for what a cluster starts with. */
export const serverProgram = 'kube-apiserver';
