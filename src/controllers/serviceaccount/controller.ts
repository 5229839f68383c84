import { emptyPlan, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { namespaces, type Namespace } from '../../resources/core/namespace.ts';
import { serviceAccounts, type ServiceAccount } from '../../resources/core/serviceaccount.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';

const accountName = 'default';

/** Gives every namespace its ServiceAccount `default`. Its keys are names of namespaces. */
export const serviceAccountController: Controller = {
  name: 'serviceaccount',
  component: 'service-account-controller',
  triggers: [
    { resource: namespaces, keys: ({ metadata }: Namespace) => [metadata.name] },
    {
      resource: serviceAccounts,
      keys: ({ metadata }: ServiceAccount) => (metadata.name === accountName ? [metadata.namespace ?? ''] : []),
    },
  ],
  reconcile(namespace, snapshot): Plan {
    if (!snapshot.get(namespaces, '', namespace) || isNamespaceTerminating(snapshot, namespace)) return emptyPlan();
    if (snapshot.get(serviceAccounts, namespace, accountName)) return emptyPlan();
    const { apiVersion, kind } = serviceAccounts;
    return {
      ...emptyPlan(),
      writes: [
        { verb: 'create', resource: serviceAccounts, object: { apiVersion, kind, metadata: { namespace, name: accountName } } },
      ],
    };
  },
};
