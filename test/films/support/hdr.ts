/**
 * Colours of SDR as HDR masters hold them: BT.709 white at 203 cd/m² (ITU-R BT.2408, "HDR reference white"), BT.2020
 * primaries, then PQ (SMPTE ST 2084) or HLG (ITU-R BT.2100) for a display of 1,000 cd/m².
 */
type Triple = [red: number, green: number, blue: number];

const WHITE = 203;
const DISPLAY = 1000;
/** ITU-R BT.2087, "Colour conversion from BT.709 to BT.2020". */
const TO_2020: [Triple, Triple, Triple] = [
  [0.6274, 0.3293, 0.0433],
  [0.0691, 0.9195, 0.0114],
  [0.0164, 0.088, 0.8956],
];
const times = (row: Triple, by: Triple): number => row[0] * by[0] + row[1] * by[1] + row[2] * by[2];

/** cd/m² of each primary. "0x505050" is shown with the display's gamma of 2.4 (ITU-R BT.1886). */
function light(colour: string): Triple {
  const linear = [2, 4, 6].map((at) => WHITE * (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.4) as Triple;
  return TO_2020.map((row) => times(row, linear)) as Triple;
}

const hex = (signal: Triple): string =>
  `0x${signal
    .map((value) =>
      Math.round(Math.min(1, value) * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;

export function pq(colour: string): string {
  const encode = (nits: number): number => {
    const power = (nits / 10_000) ** 0.1593017578125;
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375;
  };
  return hex(light(colour).map(encode) as Triple);
}

export function hlg(colour: string): string {
  const shown = light(colour);
  const luminance = times([0.2627, 0.678, 0.0593], shown);
  // The display's own curve (gamma 1.2) is taken out again.
  const scene = shown.map((nits) => (nits / DISPLAY) * (luminance / DISPLAY) ** (1 / 1.2 - 1));
  const encode = (value: number): number =>
    value <= 1 / 12 ? Math.sqrt(3 * value) : 0.17883277 * Math.log(12 * value - 0.28466892) + 0.55991073;
  return hex(scene.map(encode) as Triple);
}
