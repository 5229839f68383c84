/** Webhooks of GitHub (docs.github.com/webhooks/webhook-events-and-payloads). */
import { branchOf, eventOf, tagOf, textAt, type HookEvent, type Received, type Told } from '../event.ts';

export function toldByGithub({ headers, payload }: Received): Told[] {
  const type = headers['x-github-event'] ?? '';
  const common = { type, action: textAt(payload, 'action') };
  return [{ id: headers['x-github-delivery'], event: eventOf({ ...common, ...partsOf(type, payload) }) }];
}

function partsOf(type: string, payload: unknown): Partial<HookEvent> {
  const code = { image: '', repository: textAt(payload, 'repository', 'full_name') };
  switch (type) {
    case 'push': {
      const ref = textAt(payload, 'ref');
      return { ...code, ref, branch: branchOf(ref), tag: tagOf(ref), commit: textAt(payload, 'after') };
    }
    case 'workflow_run':
      return { ...code, branch: textAt(payload, type, 'head_branch'), commit: textAt(payload, type, 'head_sha') };
    case 'release':
      return { ...code, tag: textAt(payload, type, 'tag_name') };
    case 'package':
    case 'registry_package':
      return packageParts(type, payload);
    default:
      return code;
  }
}

/** Of packages only those with images have a repository: `ghcr.io/OWNER/NAME`. */
function packageParts(type: string, payload: unknown): Partial<HookEvent> {
  const at = (...path: string[]) => textAt(payload, type, ...path);
  if ((at('package_type') || at('ecosystem')).toLowerCase() !== 'container') return {};
  const version = at('package_version', 'version');
  const digest = at('package_version', 'container_metadata', 'tag', 'digest') || (version.startsWith('sha256:') ? version : '');
  const owner = at('namespace') || at('owner', 'login');
  return { repository: `ghcr.io/${owner}/${at('name')}`.toLowerCase(), tag: at('package_version', 'container_metadata', 'tag', 'name'), digest };
}
