/** A figure over the rounds of a comparison. `null`: this system does not tell. */
export type Figure = { readonly median: number; readonly min: number; readonly max: number } | null;
