/** The storage key of namespaces. */
export const namespacesResource = 'namespaces';

/** The phase of a namespace that is on its way out. */
export const terminating = 'Terminating';
