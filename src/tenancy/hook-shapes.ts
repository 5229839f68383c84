import { z } from '@hono/zod-openapi';
import { formats, HookAction, HookNames, hookParts, Verification, type HookConfig } from '../automation/hooks/config.ts';
import { compileFilter, HookError } from '../automation/hooks/expressions.ts';
import { templateErrors } from '../automation/hooks/template.ts';
import { invalidParts, type InvalidPart } from './problem.ts';
import { ClusterPath, Instant, page } from './shapes.ts';

export const HookPath = ClusterPath.extend({ hook: z.string().max(63).meta({ description: 'Its name or its id.', example: 'deploy' }) });

const Actions = z.array(HookAction.meta({ id: 'HookAction' })).min(1).max(10).meta(hookParts.actions.meta() ?? {});
const Format = z.enum(formats).meta({ description: 'Who sends.' });
const Name = HookNames.name.refine((name) => !/^h-[0-9a-z]{10}$/.test(name), 'must not have the form of an id (h- and ten characters)');

export const CreateHook = z
  .strictObject({
    name: Name,
    namespace: HookNames.namespace.meta({ description: 'The only one in which it does anything.' }),
    format: Format,
    verification: Verification.optional().meta({ description: 'How senders of the format `generic` prove themselves. Default: `hmac`.' }),
    ...hookParts,
    actions: Actions,
  })
  .openapi('CreateHook');

const { filter, registry, dryRun, suspend, perMinute } = hookParts;
export const UpdateHook = z
  .strictObject({
    filter: filter.nullable(),
    registry: registry.nullable(),
    actions: Actions,
    dryRun: dryRun.unwrap(),
    suspend: suspend.unwrap(),
    perMinute: perMinute.unwrap(),
  })
  .partial()
  .openapi('UpdateHook');

export const HookView = z
  .object({
    id: z.string(),
    name: z.string(),
    namespace: z.string(),
    url: z.url().meta({ description: 'Where it is called, by POST. For senders that send their secret: with `/SECRET` at the end.' }),
    user: z.string().meta({ description: 'As whom the cluster knows it.' }),
    format: Format,
    verification: Verification.meta({ id: 'HookVerification' }),
    filter: z.string().nullable(),
    registry: z.string().nullable(),
    actions: Actions,
    dryRun: z.boolean(),
    suspend: z.boolean(),
    perMinute: z.number(),
    createdBy: z.string(),
    createdAt: Instant,
  })
  .openapi('Hook');
export const HookList = z.object({ items: z.array(HookView) }).openapi('HookList');
const shownSecret = z.string().meta({ description: 'What senders prove themselves with; shown this once.' });
export const NewHook = HookView.extend({ secret: shownSecret }).openapi('NewHook');

const week = 7 * 86_400;
export const RotateSecret = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(week).default(3_600).meta({ description: 'How long the one before is good beside the new one.' }),
  })
  .openapi('RotateHookSecret');
export const RotatedSecret = z.object({ secret: shownSecret, othersUntil: Instant }).openapi('RotatedHookSecret');

export const TestHook = z
  .strictObject({
    payload: z.unknown().optional().meta({ description: 'What would be the body.' }),
    headers: z.record(z.string().max(100), z.string().max(1_000)).default({}),
    dryRun: z.boolean().default(true).meta({ description: 'With false it is done.' }),
  })
  .openapi('TestHook');

const Result = z.object({
  object: z.string().meta({ description: '`RESOURCE.GROUP/NAME`' }),
  result: z.enum(['changed', 'unchanged']),
  detail: z.string(),
});
const outcome = { error: z.string().nullable(), results: z.array(Result).meta({ description: 'Of the actions, until one failed.' }) };
export const TestedHook = z
  .object({ deliveries: z.array(z.object({ event: z.record(z.string(), z.string()), state: z.enum(['done', 'filtered', 'failed']), ...outcome })) })
  .openapi('TestedHook');

export const ReceiptView = z
  .object({
    id: z.number(),
    delivery: z.string().meta({ description: 'What the sender calls it.' }),
    event: z.string(),
    address: z.string().nullable(),
    receivedAt: Instant,
    attemptedAt: Instant,
    attempts: z.number(),
    state: z.enum(['running', 'done', 'filtered', 'failed']),
    dryRun: z.boolean(),
    ...outcome,
  })
  .openapi('HookReceipt');
export const ReceiptPage = page(ReceiptView).openapi('HookReceiptPage');

/** Throws a problem with everything in a configuration that could never work. */
export function checkHook({ filter: text, actions, format, registry: name }: HookConfig, namespace: string): void {
  const parts: InvalidPart[] = [];
  if (text !== undefined)
    try {
      compileFilter(text);
    } catch (error) {
      if (!(error instanceof HookError)) throw error;
      parts.push({ pointer: '/filter', detail: error.message });
    }
  actions.forEach((action, i) => {
    parts.push(...templateErrors(action, `/actions/${i}`));
    const own = action.type === 'apply' ? action.template.metadata.namespace : undefined;
    if (own !== undefined && own !== namespace)
      parts.push({ pointer: `/actions/${i}/template/metadata/namespace`, detail: `must be that of the hook, ${namespace}` });
  });
  if (name !== undefined && format !== 'registry') parts.push({ pointer: '/registry', detail: 'is for hooks of the format registry' });
  if (parts.length > 0) throw invalidParts(parts);
}
