/** What a kubelet reports about a container. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
  int32,
  int64,
  list,
  listOf,
  map,
  object,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ResourceRequirementsSchema } from './container.ts';

export const ResourceHealthSchema = object('io.k8s.api.core.v1.ResourceHealth', {
  health: string,
  message: string,
  resourceID: required(string),
});
export type ResourceHealth = TypeOf<typeof ResourceHealthSchema>;

export const ResourceStatusSchema = object('io.k8s.api.core.v1.ResourceStatus', {
  name: required(string),
  resources: listOf(ResourceHealthSchema, { listType: 'map', mapKeys: ['resourceID'] }),
});
export type ResourceStatus = TypeOf<typeof ResourceStatusSchema>;

export const ContainerStateRunningSchema = object('io.k8s.api.core.v1.ContainerStateRunning', { startedAt: time });
export type ContainerStateRunning = TypeOf<typeof ContainerStateRunningSchema>;

export const ContainerStateTerminatedSchema = object('io.k8s.api.core.v1.ContainerStateTerminated', {
  containerID: string,
  exitCode: required(int32),
  finishedAt: time,
  message: string,
  reason: string,
  signal: int32,
  startedAt: time,
});
export type ContainerStateTerminated = TypeOf<typeof ContainerStateTerminatedSchema>;

export const ContainerStateWaitingSchema = object('io.k8s.api.core.v1.ContainerStateWaiting', {
  message: string,
  reason: string,
});
export type ContainerStateWaiting = TypeOf<typeof ContainerStateWaitingSchema>;

export const ContainerStateSchema = object('io.k8s.api.core.v1.ContainerState', {
  running: ContainerStateRunningSchema,
  terminated: ContainerStateTerminatedSchema,
  waiting: ContainerStateWaitingSchema,
});
export type ContainerState = TypeOf<typeof ContainerStateSchema>;

export const LinuxContainerUserSchema = object('io.k8s.api.core.v1.LinuxContainerUser', {
  gid: required(int64),
  supplementalGroups: list(int64),
  uid: required(int64),
});
export type LinuxContainerUser = TypeOf<typeof LinuxContainerUserSchema>;

export const ContainerUserSchema = object('io.k8s.api.core.v1.ContainerUser', { linux: LinuxContainerUserSchema });
export type ContainerUser = TypeOf<typeof ContainerUserSchema>;

export const ImageVolumeStatusSchema = object('io.k8s.api.core.v1.ImageVolumeStatus', { imageRef: required(string) });
export type ImageVolumeStatus = TypeOf<typeof ImageVolumeStatusSchema>;

export const VolumeStatusSchema = object('io.k8s.api.core.v1.VolumeStatus', { image: ImageVolumeStatusSchema });
export type VolumeStatus = TypeOf<typeof VolumeStatusSchema>;

export const VolumeMountStatusSchema = object('io.k8s.api.core.v1.VolumeMountStatus', {
  mountPath: required(string),
  name: required(string),
  readOnly: boolean,
  recursiveReadOnly: string,
  volumeStatus: VolumeStatusSchema,
});
export type VolumeMountStatus = TypeOf<typeof VolumeMountStatusSchema>;

export const ContainerStatusSchema = object('io.k8s.api.core.v1.ContainerStatus', {
  allocatedResources: map(quantity),
  allocatedResourcesStatus: listOf(ResourceStatusSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  containerID: string,
  image: required(string),
  imageID: required(string),
  lastState: ContainerStateSchema,
  name: required(string),
  ready: required(boolean),
  resources: ResourceRequirementsSchema,
  restartCount: required(int32),
  started: boolean,
  state: ContainerStateSchema,
  stopSignal: string,
  user: ContainerUserSchema,
  volumeMounts: listOf(VolumeMountStatusSchema, { listType: 'map', mapKeys: ['mountPath'], patch: { mergeKey: 'mountPath' } }),
});
export type ContainerStatus = TypeOf<typeof ContainerStatusSchema>;
