import { builtinControllers } from '../controllers/index.ts';
import type { Controller } from '../machinery/reconcile.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { schedulerController } from '../scheduler/controller.ts';

/** Everything that runs in a cluster's reconcile loop: the controllers and the scheduler. */
export function clusterControllers(scheme: Scheme, settings: { caCertificate: string | undefined }): readonly Controller[] {
  return [...builtinControllers({ scheme, caCertificate: settings.caCertificate ?? '' }), schedulerController];
}
