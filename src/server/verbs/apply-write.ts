import type { SignedCertificate } from '../../machinery/certificates.ts';
import { withoutManagedFields } from '../../machinery/meta.ts';
import type { Write } from '../../machinery/reconcile.ts';
import type { Entry } from '../../storage/store.ts';
import type { CertificateSigningRequest } from '../../resources/certificates/certificatesigningrequest.ts';
import type { ConfigMap } from '../../resources/core/configmap.ts';
import { tokenKey, type Secret } from '../../resources/core/secret.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { toStatusError } from '../errors.ts';
import { bind } from './bind.ts';
import { copyPlain } from '../../machinery/plain.ts';
import { create } from './create.ts';
import { keyFor } from './entry.ts';
import { remove } from './remove.ts';
import { update } from './update.ts';
import { withConversions } from '../webhooks/convert.ts';

/**
 * Carries out one write of a controller through the same verbs as any client's. Objects of the write are copied first,
 * since a plan may hold parts of the shared state. Rejects with a `StatusError`, whatever went wrong. Resolves to the
 * entry after the write; for a deletion, to the object as it is now or was last.
 */
export async function applyWrite(api: ClusterApi, write: Write, options: WriteOptions): Promise<Entry | undefined> {
  try {
    return await withConversions(api, (own) => carryOut(own, write, options));
  } catch (error) {
    throw toStatusError(error);
  }
}

async function carryOut(api: ClusterApi, write: Write, options: WriteOptions): Promise<Entry | undefined> {
  switch (write.verb) {
    case 'create': {
      const object = copyPlain(write.object);
      if (write.authoritiesAs !== undefined) await putAuthorities(api, object as ConfigMap, write.authoritiesAs);
      return create(api, write.resource, object.metadata.namespace ?? '', object, options);
    }
    case 'update': {
      const { name, namespace = '' } = write.object.metadata;
      const key = keyFor(write.resource, namespace, name);
      const object = copyPlain(withoutManagedFields(write.object));
      if (write.token) keepToken(object, await api.tokens.sign(write.token));
      if (write.certificate) putCertificate(object as CertificateSigningRequest, await api.certificates.sign(write.certificate));
      if (write.authoritiesAs !== undefined) await putAuthorities(api, object as ConfigMap, write.authoritiesAs);
      const { subresource, managedAs } = write;
      return update(api, write.resource, key, object, { ...options, subresource, ...(managedAs && { managedAs }) });
    }
    case 'delete': {
      const { uid, resourceVersion, ownerReferences, gracePeriodSeconds, propagationPolicy } = write;
      const key = keyFor(write.resource, write.namespace, write.name);
      const result = await remove(
        api,
        write.resource,
        key,
        { gracePeriodSeconds, propagationPolicy, preconditions: { uid, resourceVersion } },
        options,
        ownerReferences,
      );
      return result.entry;
    }
    case 'bind':
      return bind(api, { ...write, target: { kind: 'Node', name: write.nodeName } }, options);
  }
}

async function putAuthorities({ certificates }: ClusterApi, object: ConfigMap, key: string): Promise<void> {
  object.data = { ...object.data, [key]: await certificates.authorities() };
}

/** A request that cannot be signed has failed, for good. */
function putCertificate(request: CertificateSigningRequest, signed: SignedCertificate): void {
  const status = (request.status ??= {});
  if ('certificate' in signed) {
    status.certificate = btoa(signed.certificate);
    return;
  }
  const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: signed.refused };
  status.conditions = [...(status.conditions ?? []), failed];
}

function keepToken(secret: Secret, token: string): void {
  secret.data = { ...secret.data, [tokenKey]: btoa(token) };
}
