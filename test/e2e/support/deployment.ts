import { stringify } from 'yaml';

/** A Deployment as users write them. */
export function deploymentYaml(name: string, image: string, replicas: number): string {
  const labels = { app: name };
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 8080 }] }] } },
    },
  });
}

/** A Service in front of that Deployment's pods. */
export function serviceYaml(name: string): string {
  const spec = { type: 'NodePort', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  return stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
}
