/** A reference to an image, taken apart: `REGISTRY/PATH:TAG@DIGEST`. */
export interface ImageReference {
  /** With its registry: `docker.io/library/nginx` for `nginx`, so that the same repositories are equal. */
  repository: string;
  /** '' for none. */
  tag: string;
  /** `sha256:…`; '' for none. */
  digest: string;
}

const charactersMax = 512;
const hostPattern = /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/;
const componentPattern = /^[a-z0-9][a-z0-9._-]*$/;
const tagPattern = /^[A-Za-z0-9_][\w.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+:[0-9a-f]{32,128}$/;

/** As container runtimes read a reference (github.com/distribution/reference); undefined for what is none. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > charactersMax) return undefined;
  const [named = '', digest = '', ...more] = text.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : '';
  const repository = withRegistry(hasTag ? named.slice(0, colon) : named);
  const [host = '', ...path] = repository.split('/');
  const isGood =
    more.length === 0 &&
    hostPattern.test(host) &&
    path.every((component) => componentPattern.test(component)) &&
    (!hasTag || tagPattern.test(tag)) &&
    (!text.includes('@') || digestPattern.test(digest));
  return isGood ? { repository, tag, digest } : undefined;
}

/** The name of a repository with its registry: without one it is Docker Hub's, and of one part an official one. */
export function withRegistry(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  if (rest.length === 0) return `docker.io/library/${first}`;
  return /[.:]/.test(first) || first === 'localhost' ? repository : `docker.io/${repository}`;
}
