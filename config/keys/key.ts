/** What a configuration key is, and the readers that keys share. */

export interface ConfigKey<Value> {
  /** Type in `Pulumi.yaml`. A price may have cents and Pulumi knows no decimals there, so it is a string. */
  type: "string" | "integer" | "boolean";
  description: string;
  /** Text of the value when the stack sets none. Undefined: the stack must set it. */
  default?: string;
  /** Completes "… is not": what the key takes. */
  allowed: string;
  /** The value, or undefined when the text is none. */
  parse(text: string): Value | undefined;
}

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** A host name in lower case with at least one dot. */
export const isHostName = (text: string): boolean => HOST_NAME.test(text);

export const matching =
  (test: (text: string) => boolean) =>
  (text: string): string | undefined =>
    test(text) ? text : undefined;

/** A whole number between two bounds. */
export const between =
  (least: number, most: number) =>
  (text: string): number | undefined => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  };

/** Empty stands for "not set": Pulumi asks for every declared key that has no default. */
export const optional =
  (test: (text: string) => boolean) =>
  (text: string): string | undefined =>
    text === "" || test(text) ? text : undefined;

/** Different words with commas between them; undefined when one is wrong or there are too few or too many. */
export function listOf(
  text: string,
  test: (word: string) => boolean,
  { least, most }: { least: number; most: number },
): string[] | undefined {
  const words = text === "" ? [] : text.split(",").map((word) => word.trim());
  const fits = words.length >= least && words.length <= most && new Set(words).size === words.length;
  return fits && words.every(test) ? words : undefined;
}
