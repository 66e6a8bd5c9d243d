/** Where things lie in the media bucket. One module, so that writer, reader, edge and grants agree. */

/** Signed. Everything that plays: manifests, segments, thumbnails. */
export const MEDIA_PREFIX = "media/";
/** Not signed: the list of titles shows posters to everybody who may see the list. */
export const POSTER_PREFIX = "posters/";
/** Never served. */
export const JOB_HISTORY_PREFIX = "job-history/";
/** Never served: full-size frames that the job captures and the storyboard is made from. */
export const CAPTURE_PREFIX = "captures/";

export const assetPrefix = (videoId: string, assetId: string): string => `${MEDIA_PREFIX}${videoId}/${assetId}/`;
/** Manifests of the CMAF group: MediaConvert adds `.m3u8` and `.mpd` to the destination's last part. */
export const manifestBase = (videoId: string, assetId: string): string => `${assetPrefix(videoId, assetId)}stream`;
export const thumbnailsKey = (videoId: string, assetId: string): string =>
  `${assetPrefix(videoId, assetId)}thumbnails.vtt`;
export const spriteKey = (videoId: string, assetId: string, sheet: number): string =>
  `${assetPrefix(videoId, assetId)}sprite-${sheet}.jpg`;
export const posterKey = (videoId: string, assetId: string): string => `${POSTER_PREFIX}${videoId}/${assetId}.jpg`;
export const capturePrefix = (videoId: string, assetId: string): string => `${CAPTURE_PREFIX}${videoId}/${assetId}/`;
/** Destination of the captures: MediaConvert adds `.0000000.jpg` and so on to the last part. */
export const captureBase = (videoId: string, assetId: string): string => `${capturePrefix(videoId, assetId)}frame`;
export const jobHistoryKey = (assetId: string, attempt: number, jobId: string): string =>
  `${JOB_HISTORY_PREFIX}${assetId}/${attempt}-${jobId}.json`;
