/**
 * The ledger's table: what the program declares and what `handlers/ledger` reads and writes. One hash key, no range key:
 * every item is read by its own id (`ASSET#…`, `TITLE#…`, `CLAIM#…`, `CURSOR#…`; see handlers/ledger/schema.ts).
 */
export const LEDGER_KEY = "pk";

/** Every attribute that a key of the table or of an index names; all are strings (DynamoDB type `S`). */
export const LEDGER_KEY_ATTRIBUTES = [
  LEDGER_KEY,
  "videoId",
  "created",
  "state",
  "updated",
  "outstanding",
  "due",
] as const;

export interface LedgerIndex {
  name: string;
  hashKey: string;
  rangeKey: string;
}

/**
 * Global secondary indexes, all with projection ALL.
 * - byVideo: the assets of one title, oldest first.
 * - byState: the assets in one state, by their last change: the operators' list.
 * - outstanding: sparse. Holds only what somebody still has to do something about, ordered by when it is overdue, so that
 *   reconcile reads a handful of items however large the library is.
 */
export const LEDGER_INDEXES = {
  byVideo: { name: "byVideo", hashKey: "videoId", rangeKey: "created" },
  byState: { name: "byState", hashKey: "state", rangeKey: "updated" },
  outstanding: { name: "outstanding", hashKey: "outstanding", rangeKey: "due" },
} as const satisfies Record<string, LedgerIndex>;
