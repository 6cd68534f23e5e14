/** The scripts that start tasks: fixed texts, the only variable in them a path that goes through one quoting function. */

/** A text as one word of a POSIX shell, whatever letters are in it. Throws RangeError for NUL, which no word can hold. */
export function quoted(text: string): string {
  if (text.includes('\0')) throw new RangeError('A path cannot hold NUL.');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** task.sh of a job on Slurm. Its words: the node program, the folder of the job, and where programs are found. */
export const slurmTask = `#!/bin/bash
# A task of a job: works on the shard of its number. Ends with 75 where it was stopped and work is left.
# Time limit and preemption send TERM to this script alone; the worker ends with its epoch.
export PATH="$3"
trap 'stop=1; kill -TERM "$worker" 2> /dev/null' TERM
"$1" "$2/program/dist/node/work.js" "$2" --shard "$SLURM_ARRAY_TASK_ID" &
worker=$!
[ -z "$stop" ] || kill -TERM "$worker" 2> /dev/null
# A trap ends \`wait\` early.
while wait "$worker"; code=$?; kill -0 "$worker" 2> /dev/null; do :; done
# Asked to stop before it could listen, it ended by the signal: it is to be started again, though not for ever.
if [ "$code" = 143 ] && [ -n "$stop" ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt 100 ]; then code=75; fi
if [ "$code" = 75 ]; then
  # Slurm does so by itself after preemption and for lost nodes, not at the end of the time limit. What was cancelled stays so.
  task=\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}
  # A controller that is busy or starts again may not answer at once.
  for look in 1 2 3 4 5 6; do
    if state=$(squeue -h -j "$task" -o %T 2> /dev/null); then
      [ "$state" = RUNNING ] || break
      if scontrol requeue "$task" 2> /dev/null; then sleep 60; break; fi
    fi
    sleep 10
  done
fi
exit "$code"
`;

/** task.sh of a look at what a node's GPU is, before a job is handed in; its words are those of a job's. */
export const slurmProbeTask = `#!/bin/bash
# Says what a task here finds of a GPU.
export PATH="$3"
exec "$1" "$2/program/dist/node/work.js" "$2" --probe --json
`;

/** What engines without support of their own are given: a script, and how it is handed in. */
export const scriptKinds = ['pbs', 'lsf', 'sge', 'hyperqueue', 'kubernetes'] as const;

/** Names of printed scripts. */
export type ScriptKind = (typeof scriptKinds)[number];

/** What a printed script needs to know. */
export interface ScriptOrder {
  readonly name: string;
  readonly folder: string;
  readonly node: string;
  readonly shards: number;
  readonly threads: number;
  readonly memoryMb: number;
  readonly minutes: number;
  readonly gpus: 0 | 1;
}

/** A script for an engine, to be looked at, changed and handed in by the person. */
export function printedScript(kind: ScriptKind, order: ScriptOrder): string {
  const { name, shards, threads, memoryMb, minutes } = order;
  const isForGpu = order.gpus > 0;
  const time = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  const work = `exec ${quoted(order.node)} ${quoted(`${order.folder}/program/dist/node/work.js`)} ${quoted(order.folder)} --threads ${threads}`;
  switch (kind) {
    case 'pbs':
      return `#!/bin/bash
# Hand in with: qsub SCRIPT. Ends with 75 where work is left: hand it in again.
#PBS -N ${name}
#PBS -J 1-${shards}
#PBS -l select=1:ncpus=${threads}:mem=${memoryMb}mb${isForGpu ? ':ngpus=1' : ''}
#PBS -l walltime=${time}:00
#PBS -r y
${work}
`;
    case 'lsf':
      return `#!/bin/bash
# Hand in with: bsub < SCRIPT. 75 starts a task again.
#BSUB -J "${name}[1-${shards}]"
#BSUB -n ${threads}
#BSUB -R "span[hosts=1] rusage[mem=${memoryMb}MB]"
#BSUB -W ${time}${isForGpu ? '\n#BSUB -gpu "num=1"' : ''}
#BSUB -r
#BSUB -Q "75"
${work}
`;
    case 'sge':
      return `#!/bin/bash
# Hand in with: qsub SCRIPT. -pe names the cluster's environment for threads; 99 would start a task again.
#$ -N ${name}
#$ -t 1-${shards}
#$ -pe smp ${threads}
#$ -l h_rt=${time}:00${isForGpu ? '\n# Grid Engine has no word of its own for GPUs: put the one of your cluster here, such as #$ -l gpu=1' : ''}
#$ -r y
#$ -S /bin/bash
${work}
`;
    case 'hyperqueue':
      return `#!/bin/bash
# Hand in with: hq submit --name ${name} --array 1-${shards} --cpus ${threads}${isForGpu ? ' --resource gpus/nvidia=1' : ''} --crash-limit 100 -- bash SCRIPT
${work}
`;
    case 'kubernetes':
      return kubernetesJob(order);
  }
}

/** JSON is YAML: so no letter of a path can be anything else than a letter. */
function kubernetesJob({ name, folder, shards, threads, memoryMb, gpus }: ScriptOrder): string {
  const command = ['node', `${folder}/program/dist/node/work.js`, folder, '--threads', String(threads)];
  const requests = { cpu: String(threads), memory: `${memoryMb}Mi` };
  const gpu = {
    resources: { requests, limits: { 'nvidia.com/gpu': '1' } },
    // Without it a container has CUDA alone, and no Vulkan.
    env: [{ name: 'NVIDIA_DRIVER_CAPABILITIES', value: 'all' }],
  };
  const volume = { name: 'notebook' };
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      completionMode: 'Indexed',
      completions: shards,
      parallelism: shards,
      backoffLimitPerIndex: 100,
      podReplacementPolicy: 'Failed',
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'work',
              image: 'node:22',
              command,
              ...(gpus === 0 ? { resources: { requests } } : gpu),
              volumeMounts: [{ ...volume, mountPath: folder }],
            },
          ],
          volumes: [{ ...volume, persistentVolumeClaim: { claimName: 'REPLACE-BY-YOUR-CLAIM' } }],
        },
      },
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
