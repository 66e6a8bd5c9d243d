/**
 * The catalogue's rows as the worker's one statement leaves them (services/worker/src/applyChange.ts); a test holds the two
 * against each other on a real database.
 */
import type { VideoChanged } from "../../contracts/events";

export interface Row {
  assetId: string | null;
  assetSequencer: string | null;
  outputs: VideoChanged["outputs"];
  state: VideoChanged["state"];
  stateAssetId: string;
  stateSequencer: string;
  stateAt: string;
}

const LENGTH = 64;
const ordered = (sequencer: string): string => sequencer.toUpperCase().padEnd(LENGTH, "0");

export class SimCatalogue {
  readonly rows = new Map<string, Row>();

  apply(change: VideoChanged): void {
    const sequencer = ordered(change.sequencer);
    const { outputs } = change;
    const known = this.rows.get(change.videoId);
    const fresh: Row = {
      assetId: outputs && change.assetId,
      assetSequencer: outputs && sequencer,
      outputs,
      state: change.state,
      stateAssetId: change.assetId,
      stateSequencer: sequencer,
      stateAt: change.at,
    };
    if (!known) return void this.rows.set(change.videoId, fresh);
    const newerState =
      sequencer > known.stateSequencer || (sequencer === known.stateSequencer && change.at > known.stateAt);
    const newerAsset =
      outputs !== null &&
      (known.assetSequencer === null ||
        sequencer > known.assetSequencer ||
        (sequencer === known.assetSequencer && newerState));
    const plays = newerAsset ? fresh : known;
    const last = newerState ? fresh : known;
    this.rows.set(change.videoId, {
      assetId: plays.assetId,
      assetSequencer: plays.assetSequencer,
      outputs: plays.outputs,
      state: last.state,
      stateAssetId: last.stateAssetId,
      stateSequencer: last.stateSequencer,
      stateAt: last.stateAt,
    });
  }
}
