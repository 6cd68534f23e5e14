/**
 * Stands in for an entry's id where a network from a file of another program is meant: its own id is then the cell's,
 * and there is no other epoch than 0. Entries never have this id.
 */
export const openedEntryId = '00000000';
