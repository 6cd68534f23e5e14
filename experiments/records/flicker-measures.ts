/** The derived measures of spikes of the loss (sweeps/flicker-values.ts). */
import type { Measure } from './measures.ts';

interface FlickerMeasure extends Pick<Measure, 'title' | 'says' | 'unit'> {
  readonly column: string;
  readonly cited: string;
  readonly family: 'flicker';
}

function flicker(title: string, column: string, unit: Measure['unit'], says: string): FlickerMeasure {
  const cited = title.charAt(0).toLowerCase() + title.slice(1);
  return { title, says, unit, column, cited, family: 'flicker' };
}

/** A row each, in the order of their columns. */
export const flickerMeasures = {
  spikes: flicker(
    'Followed spikes',
    'followed_spikes',
    'count',
    'Spikes of the loss, at most one in 100 epochs.',
  ),
  linearFirst: flicker(
    'Linear first',
    'linear_first',
    'count',
    'Measured spikes whose linear part has its half time before the geometry part.',
  ),
  linearTogether: flicker(
    'Linear together',
    'linear_together',
    'count',
    'Measured spikes whose two parts have one half time.',
  ),
  linearLater: flicker(
    'Linear later',
    'linear_later',
    'count',
    'Measured spikes whose linear part has its half time after the geometry part.',
  ),
  linearHalfTime: flicker(
    'Linear half time',
    'linear_half_time',
    'count',
    'Steps until the linear part is half of its largest, median over spikes.',
  ),
  geometryHalfTime: flicker(
    'Geometry half time',
    'geometry_half_time',
    'count',
    'The same of the geometry part.',
  ),
  linearOverGeometry: flicker(
    'Linear over geometry at peak',
    'linear_over_geometry',
    'norm',
    'Linear part over geometry part at the peak of a spike, geometric mean over spikes.',
  ),
  quietLinearOverGeometry: flicker(
    'Linear over geometry when quiet',
    'quiet_linear_over_geometry',
    'norm',
    'The same of eight steps far from spikes.',
  ),
  geometryOverNull: flicker(
    'Geometry over null at peak',
    'geometry_over_null',
    'norm',
    'Geometry part at the peak over that of random directions with the same linear part.',
  ),
  flipsOverNull: flicker(
    'Flips over null at peak',
    'flips_over_null',
    'norm',
    'Gates that flip at the peak over those that flip along the same random directions.',
  ),
  nullLength: flicker(
    'Null length',
    'null_length',
    'norm',
    'How many times as long the random directions must be.',
  ),
  spikeFlips: flicker(
    'Flips at peak',
    'spike_flips',
    'share',
    'Share of the gates that differ at the peak, geometric mean over spikes.',
  ),
  quietFlips: flicker('Flips when quiet', 'quiet_flips', 'share', 'The same of eight steps far from spikes.'),
} satisfies Readonly<Record<string, FlickerMeasure>>;
