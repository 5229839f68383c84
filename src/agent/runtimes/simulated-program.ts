import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { runCommand } from './shell/run.ts';
import type { Files, Outcome } from './shell/machine.ts';
import { normalizedImage } from './simulated-image.ts';

/** Images whose program is a shell, which ends at once unless somebody types. */
const shellImages = /^docker\.io\/library\/(?:alpine|bash|busybox|debian|fedora|hello-world|ubuntu)[:@]|\/busybox[:@]/;

/**
 * Runs the program of a container, as far as it is plain to see what it does. `undefined`: it runs until it is stopped, as a
 * server. Init containers that no one understands end at once, or no pod would start.
 */
export function runContainer(
  pod: Pod,
  container: Container,
  { files, random, nowMs }: { files: Files; random: () => number; nowMs: number },
): Outcome | undefined {
  const variables = variablesOf(pod, container);
  const command = [...(container.command ?? []), ...(container.args ?? [])].map((word) => substituted(word, variables));
  const security = { ...pod.spec.securityContext, ...container.securityContext };
  const isShell = command.length === 0 && !container.stdin && shellImages.test(normalizedImage(container.image ?? ''));
  const outcome = runCommand(isShell ? ['sh'] : command, {
    variables,
    hostname: pod.spec.hostname ?? pod.metadata.name,
    userId: security.runAsUser ?? 0,
    groupId: security.runAsGroup ?? 0,
    random,
    nowMs,
    files,
  });
  const isWaitedFor = pod.spec.initContainers?.some(
    ({ name, restartPolicy }) => name === container.name && restartPolicy !== 'Always',
  );
  return outcome ?? (isWaitedFor ? { code: 0, afterMs: 0, output: '' } : undefined);
}

/** The container's variables: texts, and what the pod's own fields say. Those from other objects are not known here. */
function variablesOf(pod: Pod, { env = [] }: Container): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { name, value, valueFrom } of env)
    variables[name] = valueFrom?.fieldRef ? fieldOf(pod, valueFrom.fieldRef.fieldPath) : substituted(value ?? '', variables);
  return variables;
}

function fieldOf({ metadata, spec, status }: Pod, path: string): string {
  const [, part, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (part !== undefined) return metadata[part as 'labels' | 'annotations']?.[key!] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.hostIP': status?.hostIP,
    'status.podIP': status?.podIP,
  };
  return fields[path] ?? '';
}

/** `$(NAME)` stands for a variable that is known; `$$(NAME)` for itself. */
const substituted = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : Object.hasOwn(variables, name) ? variables[name]! : whole,
  );
