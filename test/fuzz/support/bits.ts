/** Headers of video codecs that are written bit by bit. */

class Bits {
  private text = "";

  fixed(value: number, width: number): this {
    this.text += value.toString(2).padStart(width, "0").slice(-width);
    return this;
  }

  /** Exp-Golomb, unsigned. */
  golomb(value: number): this {
    const digits = (value + 1).toString(2);
    this.text += "0".repeat(digits.length - 1) + digits;
    return this;
  }

  bytes(): Buffer {
    const padded = this.text.padEnd(Math.ceil(this.text.length / 8) * 8, "0");
    return Buffer.from((padded.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  }
}

export interface SequenceSet {
  /** In macroblocks of 16 pixels. */
  width: number;
  height: number;
  references?: number;
  /** Left, right, top, bottom, in pairs of pixels. */
  crop?: number[];
}

/** H.264's sequence parameter set, baseline, level 5.1. */
export function sequenceSet({ width, height, references = 1, crop }: SequenceSet): Buffer {
  const bits = new Bits().fixed(0x67, 8).fixed(66, 8).fixed(0, 8).fixed(51, 8);
  // Its number, bits of frame numbers and order counts.
  bits.golomb(0).golomb(0).golomb(0).golomb(0).golomb(references).fixed(0, 1);
  bits
    .golomb(width - 1)
    .golomb(height - 1)
    .fixed(1, 1)
    .fixed(1, 1);
  bits.fixed(crop ? 1 : 0, 1);
  for (const side of crop ?? []) bits.golomb(side);
  const set = bits.fixed(0, 1).fixed(1, 1).bytes();
  return escaped(set);
}

/** Three zeros in a row would be a start code. */
function escaped(bytes: Buffer): Buffer {
  const made: number[] = [];
  for (const byte of bytes) {
    if (byte <= 3 && made.at(-1) === 0 && made.at(-2) === 0) made.push(3);
    made.push(byte);
  }
  return Buffer.from(made);
}

/** MPEG-2's sequence header of the largest picture, with a code for the rate: 0 and 9 to 15 are none. */
export const mpeg2Sequence = (width: number, height: number, rate: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 1, 0xb3]),
    new Bits().fixed(width, 12).fixed(height, 12).fixed(1, 4).fixed(rate, 4).bytes(),
  ]);
