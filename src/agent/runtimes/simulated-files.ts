import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { Files } from './shell/machine.ts';

/** Files that a node remembers at most; the oldest are forgotten first. */
const filesMax = 10_000;

/**
 * What simulated containers write, in memory: in volumes of the node (`hostPath`) and of the pod (`emptyDir`) for others to
 * see, else for themselves. All of it is forgotten with the agent. What nobody wrote is not there in a volume and under
 * `/tmp`; anywhere else it is taken to be in the image, and empty.
 */
export class SimulatedFiles {
  readonly #texts = new Map<string, string>();

  /** The files as one container sees them. */
  of(pod: Pod, container: Container, containerId: string): Files {
    const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => b.mountPath.length - a.mountPath.length);
    const placeOf = (path: string): { key: string; isOwn: boolean } => {
      const mount = mounts.find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`));
      const volume = pod.spec.volumes?.find(({ name }) => name === mount?.name);
      if (!mount || !(volume?.emptyDir || volume?.hostPath))
        return { key: `${pod.metadata.uid}/${containerId}${path}`, isOwn: !path.startsWith('/tmp/') };
      const inside = path.slice(mount.mountPath.length).replace(/^\/?/, `/${mount.subPath ?? ''}/`);
      const root = volume.hostPath ? `host:${volume.hostPath.path}` : `${pod.metadata.uid}/volumes/${volume.name}`;
      return { key: root + inside.replace(/\/+/g, '/'), isOwn: false };
    };
    return {
      exists: (path) => {
        const { key, isOwn } = placeOf(path);
        return isOwn || this.#texts.has(key);
      },
      read: (path) => this.#texts.get(placeOf(path).key) ?? '',
      write: (path, text, append) => {
        const { key } = placeOf(path);
        const before = append ? (this.#texts.get(key) ?? '') : '';
        this.#texts.set(key, before + text);
        if (this.#texts.size > filesMax) this.#texts.delete(this.#texts.keys().next().value!);
      },
      remove: (path) => void this.#texts.delete(placeOf(path).key),
    };
  }

  /** The pod is gone, and its own volumes and containers with it. */
  forgetPod(podUid: string): void {
    for (const key of this.#texts.keys()) if (key.startsWith(`${podUid}/`)) this.#texts.delete(key);
  }
}
