/** Boxes of an MP4 or QuickTime file, taken apart and put together with other data references. */

const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "dinf"]);

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([word(8 + content.length), Buffer.from(type, "latin1"), content]);
};

/** A data reference of a type with its place, and without the flag that says "in this file". */
export const elsewhere = (type: string, place: Uint8Array): Buffer => box(type, word(0), place);

/** The same file with every "dref" replaced by one with this entry. */
export function withReference(file: Uint8Array, entry: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  const bytes = Buffer.from(file);
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + size);
    if (CONTAINERS.has(type)) parts.push(box(type, withReference(content, entry)));
    else if (type === "dref") parts.push(box("dref", word(0), word(1), entry));
    else parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Buffer.concat(parts);
}

/** A Macintosh alias record with an absolute path, as QuickTime writes them and ffmpeg reads them. */
export function aliasTo(path: string): Buffer {
  const fixed = (text: string, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    bytes[0] = text.length;
    bytes.write(text, 1, "latin1");
    return bytes;
  };
  const short = (value: number): Buffer => word(value).subarray(2);
  const macPath = Buffer.from(`disk${path.replaceAll("/", ":")}`, "latin1");
  const even = Buffer.concat([macPath, Buffer.alloc(macPath.length % 2)]);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return Buffer.concat([
    Buffer.alloc(10),
    fixed("disk", 28),
    Buffer.alloc(12),
    fixed(name.slice(0, 62), 64),
    Buffer.alloc(16),
    short(1),
    short(1),
    Buffer.alloc(16),
    short(2),
    short(macPath.length),
    even,
    short(0xffff),
    short(0),
  ]);
}

/** A movie that is nothing but the name of another one. */
export const referenceMovie = (place: string): Buffer =>
  box(
    "moov",
    box(
      "rmra",
      box("rmda", box("rdrf", word(0), Buffer.from("url "), word(place.length + 1), Buffer.from(`${place}\0`))),
    ),
  );
