/** What a clip must come out as. Written down in the tables as numbers, never worked out by the code that is tested. */
export interface Expected {
  /** Of the rungs, largest first: "1920x1080". */
  sizes: string[];
  /** Pictures a second of every rung, exact: "25", "30000/1001". */
  rate: string;
  /** Of the film. */
  seconds: number;
  /** One for each audio rendition, in their order. Empty: no sound. */
  sounds: ExpectedSound[];
  /** Seconds at which flash and tone begin in the clip; undefined: there is none. */
  flash?: number;
  /** False: the picture does not carry the marks of `pictureGraph`. */
  marked?: boolean;
  /** Least and most of the background and of the white square, 0 to 255, in decoded RGB. */
  grey?: [number, number];
  white?: [number, number];
  /** The clip itself is interlaced: it has a moving bar, and no frame of the output may be combed. */
  wasInterlaced?: boolean;
  /** As ffprobe names them: tagged so in every rung. */
  colour?: "bt709";
}

export interface ExpectedSound {
  channels: number;
  /** Three letters; undefined: none may be claimed. */
  language?: string;
  /** What menus show. */
  name?: string;
  /** Seconds from its first to its last sample, when not the film's. */
  seconds?: number;
}

export const STEREO: ExpectedSound[] = [{ channels: 2 }];
export const GREY: [number, number] = [70, 90];
export const WHITE: [number, number] = [228, 252];
