/** Paths in errors, as upstream's `field.Path` writes them. The path of the object itself is ''. */

export const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export const keyed = (path: string, key: string): string => `${path}[${key}]`;

/** An error that is about no field in particular. */
export const nowhere = '<nil>';
