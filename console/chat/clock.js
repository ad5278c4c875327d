/** What time is it at the gateway? A customer's clock may be wrong; a confirmation's end is not measured by it. */

const TOLERATED = 30_000;
let ahead = 0;

/** Note the `Date` header of an answer; smaller differences are its rounding and the way it took. */
export function heard(dateHeader) {
  const there = Date.parse(dateHeader ?? "");
  if (!Number.isFinite(there)) return;
  const difference = there - Date.now();
  ahead = Math.abs(difference) > TOLERATED ? difference : 0;
}

/** Milliseconds since 1970, by the gateway's clock. */
export function now() {
  return Date.now() + ahead;
}
