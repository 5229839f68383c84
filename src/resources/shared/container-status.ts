/** What a kubelet reports about a container. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
  field,
  int32,
  int64,
  list,
  listOf,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ResourceRequirementsSchema } from './container.ts';
import { linuxSignals } from './stop-signals.ts';

export const ResourceHealthSchema = object('io.k8s.api.core.v1.ResourceHealth', {
  health: field(string, { doc: 'Healthy, Unhealthy or Unknown.' }),
  message: field(string, { doc: 'More about the health, for people.' }),
  resourceID: required(string, { doc: 'What tells the device from others.' }),
});
export type ResourceHealth = TypeOf<typeof ResourceHealthSchema>;

export const ResourceStatusSchema = object('io.k8s.api.core.v1.ResourceStatus', {
  name: required(string, { doc: 'The resource, as claim:NAME/REQUEST for a resource claim.' }),
  resources: field(listOf(ResourceHealthSchema, { listType: 'map', mapKeys: ['resourceID'] }), {
    doc: 'The health of each device.',
  }),
});
export type ResourceStatus = TypeOf<typeof ResourceStatusSchema>;

export const ContainerStateRunningSchema = object('io.k8s.api.core.v1.ContainerStateRunning', {
  startedAt: field(time, { doc: 'When the container was started last.' }),
});
export type ContainerStateRunning = TypeOf<typeof ContainerStateRunningSchema>;

export const ContainerStateTerminatedSchema = object('io.k8s.api.core.v1.ContainerStateTerminated', {
  containerID: field(string, { doc: 'The id of the container, as containerd://ID.' }),
  exitCode: required(int32, { doc: 'The exit code; 0 is success.' }),
  finishedAt: field(time, { doc: 'When it ended.' }),
  message: field(string, { doc: 'The last words of the container, from its terminationMessagePath.' }),
  reason: field(string, { doc: 'Why it ended, as Completed, Error or OOMKilled.' }),
  signal: field(int32, { doc: 'The signal that ended it.' }),
  startedAt: field(time, { doc: 'When it was started.' }),
});
export type ContainerStateTerminated = TypeOf<typeof ContainerStateTerminatedSchema>;

export const ContainerStateWaitingSchema = object('io.k8s.api.core.v1.ContainerStateWaiting', {
  message: field(string, { doc: 'Why it waits, for people.' }),
  reason: field(string, { doc: 'Why it waits, as ContainerCreating, ImagePullBackOff or CrashLoopBackOff.' }),
});
export type ContainerStateWaiting = TypeOf<typeof ContainerStateWaitingSchema>;

export const ContainerStateSchema = object('io.k8s.api.core.v1.ContainerState', {
  running: field(ContainerStateRunningSchema, { doc: 'The container runs.' }),
  terminated: field(ContainerStateTerminatedSchema, { doc: 'The container has ended.' }),
  waiting: field(ContainerStateWaitingSchema, { doc: 'The container has not started yet.' }),
});
export type ContainerState = TypeOf<typeof ContainerStateSchema>;

export const LinuxContainerUserSchema = object('io.k8s.api.core.v1.LinuxContainerUser', {
  gid: required(int64, { doc: 'The primary group.' }),
  supplementalGroups: field(list(int64), { doc: 'The other groups.' }),
  uid: required(int64, { doc: 'The user.' }),
});
export type LinuxContainerUser = TypeOf<typeof LinuxContainerUserSchema>;

export const ContainerUserSchema = object('io.k8s.api.core.v1.ContainerUser', {
  linux: field(LinuxContainerUserSchema, { doc: 'The user on Linux.' }),
});
export type ContainerUser = TypeOf<typeof ContainerUserSchema>;

export const ImageVolumeStatusSchema = object('io.k8s.api.core.v1.ImageVolumeStatus', {
  imageRef: required(string, { doc: 'The digest of the image that is mounted.' }),
});
export type ImageVolumeStatus = TypeOf<typeof ImageVolumeStatusSchema>;

export const VolumeStatusSchema = object('io.k8s.api.core.v1.VolumeStatus', {
  image: field(ImageVolumeStatusSchema, { doc: 'What is known about an image volume.' }),
});
export type VolumeStatus = TypeOf<typeof VolumeStatusSchema>;

export const VolumeMountStatusSchema = object('io.k8s.api.core.v1.VolumeMountStatus', {
  mountPath: required(string, { doc: 'The path of the mount, as in the spec.' }),
  name: required(string, { doc: 'The name of the volume, as in the spec.' }),
  readOnly: field(boolean, { doc: 'Whether the container can only read.' }),
  recursiveReadOnly: field(string, { doc: 'Whether mounts below are read-only too: Disabled or Enabled.' }),
  volumeStatus: field(VolumeStatusSchema, { doc: 'More about the volume.' }),
});
export type VolumeMountStatus = TypeOf<typeof VolumeMountStatusSchema>;

export const ContainerStatusSchema = object('io.k8s.api.core.v1.ContainerStatus', {
  allocatedResources: field(map(quantity), { doc: 'What the node has set aside for the container.' }),
  allocatedResourcesStatus: field(
    listOf(ResourceStatusSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
    { doc: 'The health of devices and the like that the container uses.' },
  ),
  containerID: field(string, { doc: 'The id of the container, as containerd://ID.' }),
  image: required(string, { doc: 'The image that runs. It may be written otherwise than in the spec.' }),
  imageID: required(string, { doc: 'The id of the image, by its digest.' }),
  lastState: field(ContainerStateSchema, { doc: 'The state before the last restart.' }),
  name: required(string, { doc: 'The name of the container.' }),
  ready: required(boolean, { doc: 'Whether its readiness probe succeeds; for init containers, whether they are done.' }),
  resources: field(ResourceRequirementsSchema, { doc: 'The requests and limits that are in effect.' }),
  restartCount: required(int32, { doc: 'How often the container was restarted.' }),
  started: field(boolean, { doc: 'Whether the startup probe has succeeded, or there is none and the container runs.' }),
  state: field(ContainerStateSchema, { doc: 'What the container does now.' }),
  stopSignal: field(oneOf(...linuxSignals), { doc: 'The signal that stops it.' }),
  user: field(ContainerUserSchema, { doc: 'The user that the first process started as.' }),
  volumeMounts: field(
    listOf(VolumeMountStatusSchema, { listType: 'map', mapKeys: ['mountPath'], patch: { mergeKey: 'mountPath' } }),
    { doc: 'What is known about its mounts.' },
  ),
});
export type ContainerStatus = TypeOf<typeof ContainerStatusSchema>;
