const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const pattern = new RegExp(
  `^(?:${domain}/)?${component}(?:/${component})*(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** The tag of an image reference: `latest` when none is named, empty with only a digest or for what is no reference. */
export function imageTag(image: string): string {
  const match = pattern.exec(image);
  if (!match) return '';
  const [, tag, digest] = match;
  return tag ?? (digest ? '' : 'latest');
}

/** The pull policy an image gets when none is given: `Always` for the moving tag, else `IfNotPresent`. */
export const defaultPullPolicy = (image: string | undefined): string =>
  imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
