/** A network from a file of another program, as scenes see it: one cell with one snapshot. */
import { openedEntryId } from '../../electron/contract/opened-entry.ts';
import type { CellTimeline } from '../../electron/contract/entries.ts';
import type { OpenedNetwork } from '../../electron/contract/networks.ts';
import { forMeasures } from '../../experiments/records/measures.ts';
import type { ShownMoment } from '../model/time-axis.ts';
import type { Ground, PaintStyle } from '../paint/paint-style.ts';
import type { PaintedCell } from '../paint/grid-painter.ts';
import type { LabState } from './lab-state.svelte.ts';
import type { SceneHost } from './scene-host.ts';

const onlyMoment: ShownMoment = { snapshot: 0, preview: 0, snapshotEpoch: 0, epoch: 0 };

/** A network from a file, on the cell's stage. */
export class OpenedNetworkHost implements SceneHost {
  readonly lab: LabState;
  readonly network: OpenedNetwork;
  readonly entryId = openedEntryId;
  ground = $state<Ground>('prediction');
  creases = $state(true);
  /** Nothing was recorded: there are no previews. */
  readonly painter = { previews: { get: () => undefined, want: () => undefined } };
  readonly scrubber = { direction: 0, isPlaying: false };

  constructor(lab: LabState, network: OpenedNetwork) {
    this.lab = lab;
    this.network = network;
  }

  get style(): PaintStyle {
    return { ground: this.ground, creases: this.creases, map: this.lab.settings.map };
  }

  cell(): { readonly label: string } {
    return { label: this.network.name };
  }

  moment(): ShownMoment {
    return onlyMoment;
  }

  timeline(cellId: string): CellTimeline {
    const nothing = new Float32Array(1).fill(NaN);
    return {
      cellId,
      from: 0,
      epochs: Uint32Array.of(0),
      steps: Float64Array.of(0),
      samples: Float64Array.of(0),
      seconds: Float64Array.of(0),
      keyFrames: Uint8Array.of(0),
      previews: Uint32Array.of(0),
      measures: forMeasures(() => nothing),
      gradientNorms: new Float32Array(0),
      layers: 0,
      trained: { epochs: new Uint32Array(0), losses: nothing, gradientNorms: nothing },
      spikes: new Uint32Array(0),
    };
  }

  painted(): PaintedCell {
    return {
      moment: onlyMoment,
      known: 0,
      previousEpoch: null,
      hiddenLayers: this.network.hidden.length,
      parameters: this.network.parameters,
      target: '',
    };
  }
}
