/** What a hook is told to do, as its owner says it and as it is stored. */
import * as z from 'zod';

/** Who sends: what the body looks like and how senders prove themselves. */
export const formats = ['github', 'gitlab', 'dockerhub', 'registry', 'generic'] as const;
export type HookFormat = (typeof formats)[number];

const HeaderName = z.string().max(100).regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a header in lower case');

export const Verification = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('hmac'), header: HeaderName.default('x-hub-signature-256') })
    .meta({ description: 'HMAC-SHA256 of the body, in hex or base64, as `sha256=…` or bare.' }),
  z
    .strictObject({ type: z.literal('standard-webhooks') })
    .meta({ description: 'The signatures of Standard Webhooks: over id, time and body.' }),
  z
    .strictObject({ type: z.literal('token'), header: HeaderName.optional() })
    .meta({ description: 'The secret itself: at the end of the URL, as a bearer token, or in the header.' }),
]);
export type Verification = z.infer<typeof Verification>;

/** How senders of a format prove themselves, unless told otherwise; only generic ones are asked. */
export const verificationOf: Record<HookFormat, Verification> = {
  github: { type: 'hmac', header: 'x-hub-signature-256' },
  gitlab: { type: 'token', header: 'x-gitlab-token' },
  dockerhub: { type: 'token' },
  registry: { type: 'token' },
  generic: { type: 'hmac', header: 'x-hub-signature-256' },
};

const Label = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must consist of lower case alphanumeric characters or '-'");
const ObjectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be the name of an object');
/** A text in which `${…}` stands for the value of an expression. */
const Text = z.string().min(1).max(4_096);
const templateBytesMax = 32 * 1024;

const SetImage = z.strictObject({
  type: z.literal('setImage'),
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob']),
  name: ObjectName,
  container: Label.optional().meta({ description: 'Default: those whose image is of the same repository.' }),
  image: Text.default('${event.image}').meta({ description: 'The image, with `${CEL}` in it.' }),
});
const Restart = z.strictObject({
  type: z.literal('restart'),
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  name: ObjectName,
});
const Scale = z.strictObject({
  type: z.literal('scale'),
  kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet']),
  name: ObjectName,
  replicas: z.union([z.int().min(0).max(100_000), Text]).meta({ description: 'A number, or `${CEL}` that gives one.' }),
});
const Apply = z.strictObject({
  type: z.literal('apply'),
  template: z
    .looseObject({
      apiVersion: z.string().min(1).max(317),
      kind: z.string().min(1).max(63),
      metadata: z.looseObject({ name: Text, namespace: Label.optional() }),
    })
    .refine((template) => JSON.stringify(template).length <= templateBytesMax, `must have ${templateBytesMax} characters at most`)
    .meta({ description: 'An object of the namespace; its texts may have `${CEL}` in them.' }),
  force: z.boolean().default(false).meta({ description: 'Takes over fields of other managers.' }),
});
const RunJob = z.strictObject({
  type: z.literal('runJob'),
  cronJob: ObjectName,
});

export const HookAction = z.discriminatedUnion('type', [SetImage, Restart, Scale, Apply, RunJob]);
export type HookAction = z.infer<typeof HookAction>;
export type ActionOf<T extends HookAction['type']> = Extract<HookAction, { type: T }>;

/** Those of its parts that can be changed. */
export const hookParts = {
  filter: z.string().min(1).max(4_096).optional().meta({
    description: 'CEL on `event`, `payload` and `headers`. What it is not true for is received, and nothing is done.',
  }),
  actions: z.array(HookAction).min(1).max(10).meta({ description: 'What is done, one after the other, until one fails.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Everything is tried and nothing changed.' }),
  suspend: z.boolean().default(false).meta({ description: 'Nobody is let in.' }),
  perMinute: z.int().min(1).max(120).default(30).meta({ description: 'Deliveries a minute, lasting; for a moment as many at once.' }),
  registry: z.string().max(253).regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$/).optional().meta({
    description: 'Of a registry that does not say under which name clusters reach it.',
  }),
};

export const HookNames = { name: Label, namespace: Label };

export const HookConfig = z.strictObject({
  format: z.enum(formats),
  verification: Verification,
  ...hookParts,
});
export type HookConfig = z.infer<typeof HookConfig>;

/** The configuration in a row. Throws if it is none: somebody changed the row by hand. */
export const readHookConfig = (json: string): HookConfig => HookConfig.parse(JSON.parse(json));
