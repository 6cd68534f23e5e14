/** slurm.conf of a cluster whose nodes are all this machine. */

/** A cluster to be configured. */
export interface ClusterShape {
  /** Folder of everything that it writes. */
  readonly folder: string;
  /** Name of this machine. */
  readonly host: string;
  readonly user: string;
  readonly nodes: number;
  /** Processors that each node claims to have. */
  readonly processors: number;
  /** First of its ports, all on the loopback interface. */
  readonly port: number;
  readonly longestArray: number;
  /** Whether each node claims to have a GPU. */
  readonly hasGpus: boolean;
}

/** Text of gres.conf: a card that is no device. */
export const gresConfig = 'Name=gpu File=/dev/null\n';

/**
 * Text of slurm.conf. Partition `main` requeues whom `urgent` takes nodes from, `cancelling` ends them; a node that says
 * nothing for ten seconds is given up. Nothing needs control groups or an accounting database.
 */
export function slurmConfig(shape: ClusterShape): string {
  const { folder, host, user, nodes, processors, port, longestArray, hasGpus } = shape;
  const partition = 'Nodes=ALL MaxTime=INFINITE DefMemPerCPU=100 State=UP';
  return `ClusterName=loopback
${hasGpus ? 'GresTypes=gpu\n' : ''}SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${port}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/run/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/run/%n
SlurmctldPidFile=${folder}/run/slurmctld.pid
SlurmdPidFile=${folder}/run/%n.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
SlurmctldTimeout=10
BatchStartTimeout=10
KillWait=30
MinJobAge=300
MaxArraySize=${longestArray}
MaxJobCount=10000
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
NodeName=n[1-${nodes}] NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 1}-${port + nodes} CPUs=${processors} RealMemory=8000${hasGpus ? ' Gres=gpu:1' : ''} State=UNKNOWN
PartitionName=main Default=YES PriorityTier=1 GraceTime=3 ${partition}
PartitionName=cancelling PriorityTier=1 GraceTime=3 PreemptMode=CANCEL ${partition}
PartitionName=urgent PriorityTier=10 PreemptMode=OFF ${partition}
`;
}
