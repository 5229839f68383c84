import * as z from 'zod';
import { AuditSettings } from './audit-settings.ts';
import { AuthenticationSettings } from './authentication-settings.ts';
import { NetworkSettings } from './network-settings.ts';
import { ClusterQuotas } from './quotas.ts';
import { SchedulerProfiles } from './scheduler-settings.ts';

/** A name of the list of controllers, as in kube-controller-manager's `--controllers`: `*`, `NAME` or `-NAME`. */
const ControllerName = z.string().regex(/^(\*|-?[a-z0-9][-a-z0-9]*)$/, 'must be "*", the name of a controller, or "-" and its name');

const parts = {
  /**
   * Which of the built-in controllers run: `*` is all of them, `NAME` one, `-NAME` not this one. Somebody who runs a
   * kube-controller-manager of their own says `[]`, or the few that are to stay.
   */
  controllers: z.array(ControllerName).max(100),
  /** The built-in scheduler. Switched off, pods wait for whoever else binds them. */
  scheduler: z.strictObject({ enabled: z.boolean().default(true), profiles: SchedulerProfiles.default([]) }),
  ...NetworkSettings,
};

/** What the owner of a cluster may set. Kept as JSON in the cluster's row; what is left out has its default. */
export const ClusterSettings = z.strictObject({
  controllers: parts.controllers.default(['*']),
  scheduler: parts.scheduler.prefault({}),
  network: parts.network.prefault({}),
  loadBalancer: parts.loadBalancer.prefault({}),
  /** Which requests are audited: none without a policy. */
  audit: AuditSettings.default({}),
  /** Who outside of the cluster says who its users are. */
  authentication: AuthenticationSettings.default({}),
  /** What the cluster may have at most; what its tenant may have in each cluster holds as well. */
  quotas: ClusterQuotas.default({}),
});

/** A change of settings: each that is said replaces the one that was. */
export const ClusterSettingsChange = z.strictObject({
  controllers: parts.controllers.optional(),
  scheduler: parts.scheduler.optional(),
  network: parts.network.optional(),
  loadBalancer: parts.loadBalancer.optional(),
  audit: AuditSettings.optional(),
  authentication: AuthenticationSettings.optional(),
  quotas: ClusterQuotas.optional(),
});

export type ClusterSettings = z.infer<typeof ClusterSettings>;
export type ClusterSettingsChange = z.infer<typeof ClusterSettingsChange>;

/** The settings in a cluster's row. Throws if they are not settings: somebody changed the row by hand. */
export const readClusterSettings = (json: string): ClusterSettings => ClusterSettings.parse(JSON.parse(json));

/** Whether the list switches a controller on: the last word about it counts, `*` is for those that are not named. */
export function isControllerEnabled(controllers: readonly string[], name: string): boolean {
  const own = controllers.findLast((each) => each === name || each === `-${name}`);
  return own === undefined ? controllers.includes('*') : own === name;
}

/** The names in the list that are no controllers. */
export const unknownControllers = (controllers: readonly string[], known: readonly string[]): string[] =>
  controllers.filter((each) => each !== '*' && !known.includes(each.replace(/^-/, '')));
