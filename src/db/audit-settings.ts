import * as z from 'zod';

// Which requests of a cluster are audited, in the words of audit.k8s.io/v1 Policy; checked as upstream checks a policy file
// (apis/audit/validation), with bounds.

const Stage = z.enum(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']);
const Stages = z.array(Stage).max(4);
const texts = (max: number) => z.array(z.string().max(253)).max(max);

const Group = z
  .string()
  .max(253)
  .regex(/^(\*|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?)$/, 'must be "", "*", or the name of an API group without a version');

const GroupResources = z
  .strictObject({ group: Group.optional(), resources: texts(100).optional(), resourceNames: texts(100).optional() })
  .refine(({ resources = [], resourceNames = [] }) => resourceNames.length === 0 || resources.length > 0, {
    error: 'using resourceNames requires at least one resource',
  });

const NonResourceURL = z
  .string()
  .max(1024)
  .refine((url) => url === '*' || url.startsWith('/'), "non-resource URL rules must begin with a '/' character")
  .refine((url) => !url.slice(0, -1).includes('*'), "non-resource URL wildcards '*' must be the final character of the rule");

const Rule = z
  .strictObject({
    level: z.enum(['None', 'Metadata', 'Request', 'RequestResponse']),
    users: texts(100).optional(),
    userGroups: texts(100).optional(),
    verbs: texts(20).optional(),
    resources: z.array(GroupResources).max(100).optional(),
    namespaces: texts(100).optional(),
    nonResourceURLs: z.array(NonResourceURL).max(100).optional(),
    omitStages: Stages.optional(),
    omitManagedFields: z.boolean().optional(),
  })
  .refine(
    ({ nonResourceURLs = [], resources = [], namespaces = [] }) =>
      nonResourceURLs.length === 0 || resources.length + namespaces.length === 0,
    { error: 'rules cannot apply to both regular resources and non-resource URLs' },
  );

const Policy = z.strictObject({
  apiVersion: z.literal('audit.k8s.io/v1'),
  kind: z.literal('Policy'),
  /** As files have it; nobody reads it. */
  metadata: z.record(z.string(), z.unknown()).optional(),
  rules: z.array(Rule).min(1).max(200),
  omitStages: Stages.optional(),
  omitManagedFields: z.boolean().optional(),
});

const Webhook = z.strictObject({
  /** Where events are posted as they are stored. */
  url: z
    .url()
    .max(2048)
    .refine((url) => url.startsWith('https://'), "'https' is the only allowed URL scheme")
    .refine((url) => !url.includes('#') && !/^https:\/\/[^/?]*@/.test(url), 'must not have user information or a fragment'),
  /** The authorities that the webhook is trusted by, PEM in base64, where that is not left to the platform. */
  caBundle: z.base64().max(32 * 1024).optional(),
});

/** Whether requests of a cluster are audited. Without a policy none is. */
export const AuditSettings = z
  .strictObject({ policy: Policy.optional(), webhook: Webhook.optional() })
  .refine(({ policy, webhook }) => policy || !webhook, { error: 'a webhook gets nothing without a policy' });

export type AuditSettings = z.infer<typeof AuditSettings>;
