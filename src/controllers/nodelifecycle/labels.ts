/** Labels of nodes by their old names, which follow those of today. */
const oldNames: readonly (readonly [label: string, old: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** The labels of a node with the old names as they should be; `undefined` if they are. */
export function reconciledLabels(labels: Record<string, string> | undefined): Record<string, string> | undefined {
  const changes: Record<string, string> = {};
  for (const [label, old] of oldNames) {
    const value = labels?.[label];
    if (value !== undefined && labels?.[old] !== value) changes[old] = value;
  }
  return Object.keys(changes).length > 0 ? { ...labels, ...changes } : undefined;
}
