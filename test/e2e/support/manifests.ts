import { fileURLToPath } from 'node:url';

/** The path of a manifest in test/e2e/manifests. */
export const manifestPath = (name: string): string => fileURLToPath(new URL(`../manifests/${name}`, import.meta.url));
