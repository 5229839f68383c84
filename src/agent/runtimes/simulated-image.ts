import { createHash } from 'node:crypto';

const digests = new Map<string, Buffer>();
const digestsMax = 1_024;

/** What stands for the content of an image. The same few images are asked about again and again. */
function digestOf(image: string): Buffer {
  let digest = digests.get(image);
  if (!digest) {
    digest = createHash('sha256').update(image).digest();
    if (digests.size >= digestsMax) digests.clear();
    digests.set(image, digest);
  }
  return digest;
}

/** The image with the domain, path and tag that are meant when they are left out: `nginx` is `docker.io/library/nginx:latest`. */
export function normalizedImage(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasDomain = first.includes('.') || first.includes(':') || first === 'localhost';
  const path = hasDomain ? image : slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  const hasTag = path.includes('@') || path.lastIndexOf(':') > path.lastIndexOf('/');
  return hasTag ? path : `${path}:latest`;
}

/** The digest reference of a normalized image. */
export const imageId = (image: string): string => `${image.replace(/[:@][^/]*$/, '')}@sha256:${digestOf(image).toString('hex')}`;

/** A size that could be true, the same each time. */
export const imageSizeBytes = (image: string): number => 1_000_000 + (digestOf(image).readUInt32BE() % 200_000_000);
