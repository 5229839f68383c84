/** Security settings of pods and containers. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int64, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';

export const AppArmorProfileSchema = object('io.k8s.api.core.v1.AppArmorProfile', {
  localhostProfile: field(string, { doc: 'The name of a profile that is loaded on the node. Only with type Localhost.' }),
  type: required(oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), {
    doc: 'Which profile holds: Localhost, RuntimeDefault or Unconfined.',
  }),
});
export type AppArmorProfile = TypeOf<typeof AppArmorProfileSchema>;

export const CapabilitiesSchema = object('io.k8s.api.core.v1.Capabilities', {
  add: field(list(string), { doc: 'Capabilities that the container gets in addition.' }),
  drop: field(list(string), { doc: 'Capabilities that the container loses; ALL for all.' }),
});
export type Capabilities = TypeOf<typeof CapabilitiesSchema>;

export const SELinuxOptionsSchema = object('io.k8s.api.core.v1.SELinuxOptions', {
  level: field(string, { doc: 'The SELinux level.' }),
  role: field(string, { doc: 'The SELinux role.' }),
  type: field(string, { doc: 'The SELinux type.' }),
  user: field(string, { doc: 'The SELinux user.' }),
});
export type SELinuxOptions = TypeOf<typeof SELinuxOptionsSchema>;

export const SeccompProfileSchema = object('io.k8s.api.core.v1.SeccompProfile', {
  localhostProfile: field(string, {
    doc: 'A file on the node, below the seccomp directory of the kubelet. Only with type Localhost.',
  }),
  type: required(oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), {
    doc: 'Which profile holds: Localhost, RuntimeDefault or Unconfined.',
  }),
});
export type SeccompProfile = TypeOf<typeof SeccompProfileSchema>;

export const WindowsSecurityContextOptionsSchema = object('io.k8s.api.core.v1.WindowsSecurityContextOptions', {
  gmsaCredentialSpec: field(string, { doc: 'The GMSA credential spec itself.' }),
  gmsaCredentialSpecName: field(string, { doc: 'The name of the GMSA credential spec.' }),
  hostProcess: field(boolean, {
    doc: 'Whether the container runs as a process of the host. All containers of a pod agree on it, with hostNetwork.',
  }),
  runAsUserName: field(string, { doc: 'The Windows user of the processes; that of the image if left out.' }),
});
export type WindowsSecurityContextOptions = TypeOf<typeof WindowsSecurityContextOptionsSchema>;

export const SecurityContextSchema = object('io.k8s.api.core.v1.SecurityContext', {
  allowPrivilegeEscalation: field(boolean, {
    doc: 'Whether a process can get more rights than its parent. Always true for privileged ones and with CAP_SYS_ADMIN.',
  }),
  appArmorProfile: field(AppArmorProfileSchema, { doc: 'The AppArmor profile of the container; that of the pod if left out.' }),
  capabilities: field(CapabilitiesSchema, { doc: 'POSIX capabilities beside the default ones of the runtime.' }),
  privileged: field(boolean, { doc: 'Whether processes have the rights of root on the node. false if left out.' }),
  procMount: field(oneOf('Default', 'Unmasked'), {
    doc: 'How /proc is mounted: Default masks parts of it, Unmasked does not and needs hostUsers: false.',
  }),
  readOnlyRootFilesystem: field(boolean, { doc: 'Whether the root file system can only be read. false if left out.' }),
  runAsGroup: field(int64, { doc: 'The primary group of the processes; that of the pod, or else of the image, if left out.' }),
  runAsNonRoot: field(boolean, { doc: 'Whether the container is refused to start as root; what the pod says if left out.' }),
  runAsUser: field(int64, { doc: 'The user of the processes; that of the pod, or else of the image, if left out.' }),
  seLinuxOptions: field(SELinuxOptionsSchema, { doc: 'The SELinux labels of the container; those of the pod if left out.' }),
  seccompProfile: field(SeccompProfileSchema, { doc: 'The seccomp profile of the container; that of the pod if left out.' }),
  windowsOptions: field(WindowsSecurityContextOptionsSchema, { doc: 'Settings for Windows.' }),
});
export type SecurityContext = TypeOf<typeof SecurityContextSchema>;

export const SysctlSchema = object('io.k8s.api.core.v1.Sysctl', {
  name: required(string, { doc: 'The name of the parameter.' }),
  value: required(string, { doc: 'The value of the parameter.' }),
});
export type Sysctl = TypeOf<typeof SysctlSchema>;

export const PodSecurityContextSchema = object('io.k8s.api.core.v1.PodSecurityContext', {
  appArmorProfile: field(AppArmorProfileSchema, { doc: 'The AppArmor profile of the containers.' }),
  fsGroup: field(int64, { doc: 'A group that owns the volumes that support it, and that all processes are in.' }),
  fsGroupChangePolicy: field(oneOf('Always', 'OnRootMismatch'), {
    doc: 'When volumes are given to fsGroup: Always (the default), or OnRootMismatch for those whose root differs.',
  }),
  runAsGroup: field(int64, { doc: 'The primary group of the processes; that of the image if left out.' }),
  runAsNonRoot: field(boolean, { doc: 'Whether containers are refused to start as root.' }),
  runAsUser: field(int64, { doc: 'The user of the processes; that of the image if left out.' }),
  seLinuxChangePolicy: field(string, { doc: 'How volumes get the SELinux label: MountOption or Recursive.' }),
  seLinuxOptions: field(SELinuxOptionsSchema, { doc: 'The SELinux labels of the containers; the runtime chooses if left out.' }),
  seccompProfile: field(SeccompProfileSchema, { doc: 'The seccomp profile of the containers.' }),
  supplementalGroups: field(list(int64), { doc: 'More groups that the processes are in.' }),
  supplementalGroupsPolicy: field(oneOf('Merge', 'Strict'), {
    doc: 'Merge (the default) adds the groups that the image gives the user, Strict does not.',
  }),
  sysctls: field(list(SysctlSchema), { doc: 'Kernel parameters of the pod.' }),
  windowsOptions: field(WindowsSecurityContextOptionsSchema, { doc: 'Settings for Windows.' }),
});
export type PodSecurityContext = TypeOf<typeof PodSecurityContextSchema>;
