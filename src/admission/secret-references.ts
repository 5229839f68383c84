import type { ServiceAccount } from '../resources/core/serviceaccount.ts';
import type { Container, EphemeralContainer } from '../resources/shared/container.ts';
import type { PodSpec } from '../resources/shared/pod-spec.ts';

type AnyContainer = Container | EphemeralContainer;

/** What a pod uses of secrets that its account does not list; undefined if nothing. The words are upstream's. */
export function unlistedSecret(spec: PodSpec, account: ServiceAccount, isEphemeral: boolean): string | undefined {
  const listed = new Set((account.secrets ?? []).map(({ name }) => name));
  const refusal = (what: string, name = '') =>
    `${what} referencing secret.secretName="${name}" is not allowed because service account ${account.metadata.name} does not reference that secret`;
  const inContainers = (containers: readonly AnyContainer[] = [], prefix: string) => {
    for (const { name: container, env = [], envFrom = [] } of containers) {
      for (const { name, valueFrom } of env) {
        const secret = valueFrom?.secretKeyRef?.name;
        if (secret !== undefined && !listed.has(secret)) return refusal(`${prefix}container ${container} with envVar ${name}`, secret);
      }
      for (const { secretRef } of envFrom)
        if (secretRef && !listed.has(secretRef.name)) return refusal(`${prefix}container ${container} with envFrom`, secretRef.name);
    }
    return undefined;
  };
  if (isEphemeral) return inContainers(spec.ephemeralContainers, 'ephemeral ');
  return (
    inVolumes(spec, account, listed) ??
    inContainers(spec.initContainers, 'init ') ??
    inContainers(spec.containers, '') ??
    inPullSecrets(spec, account)
  );
}

function inVolumes({ volumes = [] }: PodSpec, { metadata }: ServiceAccount, listed: ReadonlySet<string | undefined>): string | undefined {
  const found = volumes.find(({ secret }) => secret && !listed.has(secret.secretName));
  return (
    found &&
    `volume with secret.secretName="${found.secret?.secretName}" is not allowed because service account ${metadata.name} does not reference that secret`
  );
}

function inPullSecrets({ imagePullSecrets = [] }: PodSpec, account: ServiceAccount): string | undefined {
  const listed = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const i = imagePullSecrets.findIndex(({ name }) => !listed.has(name));
  if (i < 0) return undefined;
  return `imagePullSecrets[${i}].name="${imagePullSecrets[i]!.name}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`;
}
