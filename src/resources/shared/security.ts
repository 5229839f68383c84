/** Security settings of pods and containers. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int64, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const AppArmorProfileSchema = object('io.k8s.api.core.v1.AppArmorProfile', {
  localhostProfile: string,
  type: required(string),
});
export type AppArmorProfile = TypeOf<typeof AppArmorProfileSchema>;

export const CapabilitiesSchema = object('io.k8s.api.core.v1.Capabilities', { add: list(string), drop: list(string) });
export type Capabilities = TypeOf<typeof CapabilitiesSchema>;

export const SELinuxOptionsSchema = object('io.k8s.api.core.v1.SELinuxOptions', {
  level: string,
  role: string,
  type: string,
  user: string,
});
export type SELinuxOptions = TypeOf<typeof SELinuxOptionsSchema>;

export const SeccompProfileSchema = object('io.k8s.api.core.v1.SeccompProfile', {
  localhostProfile: string,
  type: required(string),
});
export type SeccompProfile = TypeOf<typeof SeccompProfileSchema>;

export const WindowsSecurityContextOptionsSchema = object('io.k8s.api.core.v1.WindowsSecurityContextOptions', {
  gmsaCredentialSpec: string,
  gmsaCredentialSpecName: string,
  hostProcess: boolean,
  runAsUserName: string,
});
export type WindowsSecurityContextOptions = TypeOf<typeof WindowsSecurityContextOptionsSchema>;

export const SecurityContextSchema = object('io.k8s.api.core.v1.SecurityContext', {
  allowPrivilegeEscalation: boolean,
  appArmorProfile: AppArmorProfileSchema,
  capabilities: CapabilitiesSchema,
  privileged: boolean,
  procMount: string,
  readOnlyRootFilesystem: boolean,
  runAsGroup: int64,
  runAsNonRoot: boolean,
  runAsUser: int64,
  seLinuxOptions: SELinuxOptionsSchema,
  seccompProfile: SeccompProfileSchema,
  windowsOptions: WindowsSecurityContextOptionsSchema,
});
export type SecurityContext = TypeOf<typeof SecurityContextSchema>;

export const SysctlSchema = object('io.k8s.api.core.v1.Sysctl', { name: required(string), value: required(string) });
export type Sysctl = TypeOf<typeof SysctlSchema>;

export const PodSecurityContextSchema = object('io.k8s.api.core.v1.PodSecurityContext', {
  appArmorProfile: AppArmorProfileSchema,
  fsGroup: int64,
  fsGroupChangePolicy: string,
  runAsGroup: int64,
  runAsNonRoot: boolean,
  runAsUser: int64,
  seLinuxChangePolicy: string,
  seLinuxOptions: SELinuxOptionsSchema,
  seccompProfile: SeccompProfileSchema,
  supplementalGroups: list(int64),
  supplementalGroupsPolicy: string,
  sysctls: list(SysctlSchema),
  windowsOptions: WindowsSecurityContextOptionsSchema,
});
export type PodSecurityContext = TypeOf<typeof PodSecurityContextSchema>;
