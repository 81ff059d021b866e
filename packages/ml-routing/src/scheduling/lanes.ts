/** How many lanes a client has: one for each priority, CRITICAL first. */
export const LANES = 4;
