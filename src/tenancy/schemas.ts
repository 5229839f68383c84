import * as z from 'zod';
import { ClusterSettings, ClusterSettingsChange } from '../db/cluster-settings.ts';

/** The form of a cluster's id. No name may have it, since both are accepted in the same place. */
export const clusterIdPattern = /^c-[0-9a-z]{10}$/;

const ClusterName = z
  .string()
  .max(63, 'must be no more than 63 characters')
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  )
  .refine((name) => !clusterIdPattern.test(name), 'must not have the form of a cluster id (c- and ten characters)');

/** `POST /v1/clusters` */
export const CreateCluster = z.strictObject({ name: ClusterName, settings: ClusterSettings.prefault({}) });

/** `PATCH /v1/clusters/NAME`: the settings that are said replace those that were; the others stay. */
export const UpdateCluster = z.strictObject({ settings: ClusterSettingsChange });

/** `POST /v1/clusters/NAME/node-tokens`; the body may be left out. */
export const CreateNodeToken = z.strictObject({
  /** What the token is for, for people. */
  description: z.string().max(200).optional(),
  /** Default: does not expire, since a node shows it again whenever it reconnects. */
  ttlSeconds: z
    .number()
    .int()
    .min(60)
    .max(10 * 365 * 86_400)
    .optional(),
});

/** `GET /v1/clusters` */
export const ListClusters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `nextCursor` of the page before: the last name of it. */
  cursor: z.string().max(63).optional(),
});
