/** A message that nobody will ever understand. It is not tried for long and ends in the dead-letter queue, where a person finds it. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** Not now: the record comes back after its back-off. Not a fault, so it is logged as a warning. */
export class TryLater extends Error {
  override readonly name = "TryLater";
}
