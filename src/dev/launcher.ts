const intervalMs = 500;

/**
 * Calls `listener` when the npm that started this program has ended without telling it, as after SIGKILL: the server must
 * not stay behind, unseen, on its port. Started in any other way, a program may outlive who started it.
 */
export function whenLauncherEnds(listener: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    listener();
  }, intervalMs);
  timer.unref();
}
