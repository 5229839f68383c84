import type { Job } from './job.ts';

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'Suspended' | 'SuccessCriteriaMet';

/** Whether the job has the condition, and it holds. */
export const isConditionTrue = ({ status }: Job, type: JobConditionType): boolean => hasCondition(status, type, 'True');

/** Whether the job has the condition, and it does not hold. */
export const isConditionFalse = ({ status }: Job, type: JobConditionType): boolean => hasCondition(status, type, 'False');

const hasCondition = (status: Job['status'], type: JobConditionType, value: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === value) ?? false;

/** Whether the job has ended, well or not. */
export const isFinished = (job: Job): boolean => isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
