import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { expiryOf, isBootstrapToken } from '../../resources/core/bootstrap-token.ts';
import { secrets, type Secret } from '../../resources/core/secret.ts';

/** Deletes bootstrap tokens when their time is over. */
export const tokenCleaner: Controller = {
  name: 'tokencleaner',
  component: 'token-cleaner',
  triggers: [{ resource: secrets, keys: (secret: Secret) => (isBootstrapToken(secret) ? [keyOf(secret)] : []) }],
  reconcile(key, snapshot, { now }) {
    const { namespace, name } = splitKey(key);
    const secret = snapshot.get(secrets, namespace, name);
    const expiresAtMs = secret && isBootstrapToken(secret) ? expiryOf(secret) : undefined;
    if (!secret || expiresAtMs === undefined) return emptyPlan();
    const leftMs = expiresAtMs - now.getTime();
    if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
    return { ...emptyPlan(), writes: [{ verb: 'delete', resource: secrets, namespace, name, uid: secret.metadata.uid }] };
  },
};
