import type { HookAction } from '../config.ts';
import type { ActionContext, ActionResult } from './action.ts';
import { apply } from './apply.ts';
import { restart } from './restart.ts';
import { runJob } from './run-job.ts';
import { scale } from './scale.ts';
import { setImage } from './set-image.ts';

/** Does what an action says. Throws a `HookError`. */
export function perform(action: HookAction, context: ActionContext): Promise<ActionResult> {
  switch (action.type) {
    case 'setImage':
      return setImage(action, context);
    case 'restart':
      return restart(action, context);
    case 'scale':
      return scale(action, context);
    case 'apply':
      return apply(action, context);
    case 'runJob':
      return runJob(action, context);
  }
}
