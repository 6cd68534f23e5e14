/** Exit codes that one process of the program reads from another. */

/** The app could not open the notebook and has told the person so: nothing more is to be tried. */
export const toldExitCode = 3;
