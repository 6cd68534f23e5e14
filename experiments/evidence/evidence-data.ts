/** The chart of a claim as data: what every seed says, what is compared, and where the bounds lie. */

/** A value of one seed; `cellId` is the cell it was read off, or one of them. */
export interface EvidencePoint {
  readonly x: number;
  readonly y: number;
  readonly cellId: string;
}

/** What one seed says, by ascending x. */
export interface EvidenceSeed {
  readonly seed: number;
  readonly points: readonly EvidencePoint[];
}

/** The seeds of a group of cells; its name is empty where there is one group alone. */
export interface EvidenceLine {
  readonly name: string;
  readonly seeds: readonly EvidenceSeed[];
}

/** Two places that are compared, and by how much they differ, in words. */
export interface EvidenceBracket {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly text: string;
}

/** An axis: its title, whether equal steps are equal factors, and the names of places where x counts groups from 0. */
export interface EvidenceAxis {
  readonly title: string;
  readonly isLog: boolean;
  readonly names: readonly string[] | null;
}

/** The chart of a claim as data; plain, so that it crosses the contract. */
export interface Evidence {
  readonly x: EvidenceAxis;
  readonly y: EvidenceAxis;
  readonly lines: readonly EvidenceLine[];
  readonly brackets: readonly EvidenceBracket[];
  /** Values of y at which a claim draws a line, such as a threshold. */
  readonly levels: readonly { readonly y: number; readonly text: string }[];
  /** Values of x at which something begins, such as fitting all points. */
  readonly places?: readonly { readonly x: number; readonly text: string }[];
  /** Whether points follow each other along x; else they are a cloud. */
  readonly isJoined: boolean;
  /** Whether x is a time that the scrubber moves along. */
  readonly time: 'epochs' | 'steps' | null;
}
