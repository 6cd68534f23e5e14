/** Why tasks wait, in words for people who do not know their cluster's. */

const reasons: Readonly<Record<string, string>> = {
  Priority: 'others are first',
  Resources: 'no node is free',
  BeginTime: 'starts again in a moment',
  Dependency: 'waits for another job',
  JobArrayTaskLimit: 'as many shards run as were allowed at once',
  JobHeldAdmin: 'held by an administrator',
  JobHeldUser: 'held by you',
  'launch failed requeued held':
    'no node could start it, and it is held: `scontrol release` with its number lets it go on',
  NodeDown: 'its node is down',
  PartitionDown: 'the partition is down',
  PartitionNodeLimit: 'the partition has no such node',
  PartitionTimeLimit: 'the partition allows less time',
  ReqNodeNotAvail: 'a node that it needs is not to be had',
  Reservation: 'waits for a reservation',
  QOSMaxJobsPerUserLimit: 'your limit of running jobs is reached',
  QOSMaxCpuPerUserLimit: 'your limit of processors is reached',
  QOSMaxGRESPerUser: 'your limit of GPUs is reached',
  AssocMaxJobsLimit: 'the limit of running jobs of your account is reached',
  AssocGrpCpuLimit: 'the limit of processors of your account is reached',
  AssocGrpCPUMinutesLimit: 'the processor time of your account is used up',
};

/** An engine's reason in words; the engine's own word where nobody has put it in others. */
export function waitingReason(word: string): string {
  return reasons[word.replace(/^\(|\)$/g, '')] ?? word;
}
