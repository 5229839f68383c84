import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { StatusError } from '../../machinery/status.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';
import { targetOf } from './match.ts';
import { ConfigurationError, paramResource, paramsFor } from './params.ts';
import type { Policy, PolicyBinding } from './policies.ts';

/** A policy that is about a request, by one of its bindings, with one of its parameters. */
export interface Invocation<P extends Policy> {
  readonly policy: P;
  readonly binding: P['bindings'][number];
  /** The kind in the version that the policy is about. */
  readonly target: AnyResource;
  readonly params: KubeObject | undefined;
}

/** A policy that cannot be run, or a change that it does not want. */
export interface PolicyError<P extends Policy> {
  readonly policy: P;
  readonly binding?: P['bindings'][number];
  readonly message: string;
  /** Of the refusal; `Forbidden` if the policy cannot be run at all. */
  readonly reason?: 'Invalid';
}

/** All that is to be run for a request, in order, and what cannot be, where the failurePolicy does not let that pass. */
export function invocationsOf<P extends Policy>(
  policies: readonly P[],
  attributes: Attributes,
  context: AdmissionContext,
): { invocations: Invocation<P>[]; errors: PolicyError<P>[] } {
  const invocations: Invocation<P>[] = [];
  const errors: PolicyError<P>[] = [];
  for (const policy of policies) {
    const fail = (error: unknown, binding?: PolicyBinding) => {
      const message = messageOf(error, binding ? 'binding' : 'policy');
      if (policy.object.spec.failurePolicy !== 'Ignore') errors.push({ policy, message, ...(binding && { binding }) });
    };
    try {
      const target = targetOf(policy.match, attributes, context);
      if (!target) continue;
      const resource = paramResource(policy.object.spec.paramKind, context);
      for (const binding of policy.bindings)
        try {
          if (binding.match && !targetOf(binding.match, attributes, context)) continue;
          const { paramRef } = binding.object.spec;
          for (const params of paramsFor(resource, paramRef, attributes, context))
            invocations.push({ policy, binding, target, params });
        } catch (error) {
          fail(error, binding);
        }
    } catch (error) {
      fail(error);
    }
  }
  return { invocations, errors };
}

function messageOf(error: unknown, what: 'policy' | 'binding'): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof StatusError) return new ConfigurationError(what, error.message).message;
  throw error;
}
