/** Version of the portable arithmetic; another version gives other bits. See kernels/assembly for what it fixes. */
export const numericsVersion = 'portable-1';
